using System.Text.Json;
using Kith.Node.Control;

namespace Kith.Apps.Exposing;

/// <summary>The services of a node in a file of its state directory: JSON, replaced as a whole, readable by its owner alone.</summary>
internal sealed class ServiceFile
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "services.json";

    /// <summary>The most bytes of the file: more than as many services as there may be, each with as many devices as it may have, can take.</summary>
    public const int BytesMax = 1024 * 1024;

    private readonly string _path;

    /// <summary>Names the file of a state directory.</summary>
    public ServiceFile(string stateDirectory)
    {
        _path = Path.Combine(stateDirectory, FileName);
    }

    /// <summary>Reads the services; none if there is no file.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.StateDamaged"/>: it is not as it was written. It is left as it is.</exception>
    public IReadOnlyList<ExposedService> Load()
    {
        try
        {
            FileInfo file = new(_path);
            if (!file.Exists)
            {
                return [];
            }

            byte[] bytes = file.Length <= BytesMax ? File.ReadAllBytes(_path) : throw new JsonException();
            return TryParse(bytes, out IReadOnlyList<ExposedService> services) ? services : throw new JsonException();
        }
        catch (JsonException failure)
        {
            throw new ControlException(
                ControlError.StateDamaged,
                $"{_path} is damaged; it was left as it is, and no service in it is exposed.",
                "Mend it, or move it away and expose the services again.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(failure);
        }
    }

    /// <summary>Reads what a file holds; false unless all of it is within its limits and no two services share a name or port.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IReadOnlyList<ExposedService> services)
    {
        services = [];
        try
        {
            services = JsonSerializer.Deserialize(bytes, AppsJson.Default.IReadOnlyListExposedService) ?? [];
        }
        catch (JsonException)
        {
            return false;
        }

        bool isValid = services.Count <= ExposedService.ServicesMax
            && services.All(static service => service?.IsValid() == true)
            && services.Select(static service => service.Name).Distinct(StringComparer.Ordinal).Count() == services.Count
            && services.Select(static service => service.Port).Distinct().Count() == services.Count;
        services = isValid ? services : [];
        return isValid;
    }

    /// <summary>Replaces the file; returns when it survives a power cut.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.StateNotWritable"/>; the old file is still there.</exception>
    public void Save(IReadOnlyList<ExposedService> services)
    {
        string temporary = _path + ".new";
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (FileStream stream = new(temporary, options))
            {
                JsonSerializer.Serialize(stream, services, AppsJson.Default.IReadOnlyListExposedService);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, _path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(failure);
        }
    }

    private ControlException NotWritable(Exception failure) => FailureTranslation.TryTranslate(failure, out ControlException? told)
        ? told
        : new ControlException(ControlError.StateNotWritable, $"{_path} cannot be written: {failure.Message.TrimEnd('.')}.", "Make sure that the node's user may write there.", failure);
}
