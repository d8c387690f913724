namespace Kith.Library.Harness;

/// <summary>A folder for one test, removed with it.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("kith-library-").FullName;

    public string At(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
