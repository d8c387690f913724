using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Kith.Mutants;

/// <summary>Looks that what users get has no trace of planted bugs.</summary>
internal static class ProductionCheck
{
    /// <summary>The assemblies of the usual build, and of the published program if there is one, that have the switches or name their variable.</summary>
    public static IReadOnlyList<string> FindTraces(Places places)
    {
        IEnumerable<string> built = Places.Projects.Select(pair => Path.Combine(places.Built, pair.Key, "release", pair.Value)).Where(File.Exists);
        IEnumerable<string> published = Path.Combine(places.Root, ".artifacts", "kith", "current") is string current && Directory.Exists(current)
            ? Places.Projects.Values.Select(name => Path.Combine(current, name)).Where(File.Exists)
            : [];
        return [.. built.Concat(published).Where(HasSwitches)];
    }

    private static bool HasSwitches(string assembly)
    {
        using PEReader file = new(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return metadata.TypeDefinitions.Any(type => metadata.StringComparer.Equals(metadata.GetTypeDefinition(type).Name, Patch.TypeName))
            || metadata.TypeReferences.Any(type => metadata.StringComparer.Equals(metadata.GetTypeReference(type).Name, Patch.TypeName));
    }
}
