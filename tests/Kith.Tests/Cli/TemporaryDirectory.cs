namespace Kith.Tests.Cli;

/// <summary>A new directory, private to its owner, gone with everything in it after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kith-cli-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
