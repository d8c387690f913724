using Kith.Node.Storage;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Tests.Core;

namespace Kith.Tests.Storage;

/// <summary>A whole node whose state is in a directory, among others in memory. It can be stopped, its files be changed, and started again.</summary>
internal sealed class DiskNode : IDisposable
{
    private readonly TemporaryDirectory _parent = new();
    private readonly TestLan _lan;

    public DiskNode(TestLan lan, string name)
    {
        _lan = lan;
        using (StateDirectory directory = StateDirectory.Open(Path))
        {
            Host = lan.Add(name, key: NodeKeyFile.LoadOrCreate(directory, new TestRandom(4711)), isUp: false);
        }

        Start();
    }

    public TestHost Host { get; }

    public string Path => _parent["state"];

    public StateDirectory? Directory { get; private set; }

    public DirectoryStore? Store { get; private set; }

    public NodeCore Core => Host.Core!;

    public MembershipLog Log => Core.Networks.Single();

    /// <summary>All files that hold state.</summary>
    public string[] Files() => [.. System.IO.Directory.GetFiles(Path, "*", SearchOption.AllDirectories).Where(static path => new FileInfo(path).Length > 0 && !path.Contains("/damaged/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public string StatementsPath => System.IO.Directory.GetFiles(System.IO.Path.Combine(Path, "networks")).Single();

    public void Start()
    {
        Directory = StateDirectory.Open(Path);
        Store = DirectoryStore.Open(Directory);
        Host.Disk = Store;
        _lan.Start(Host);
    }

    /// <summary>Ends it as a user does.</summary>
    public void Stop()
    {
        Core.Stop(_lan.Clock(Host));
        _lan.Stop(Host);
        Store!.Dispose();
        Directory!.Dispose();
    }

    public void Rename(string name) => Core.Rename(_lan.Clock(Host), Log.Id, Core.Id, name);

    /// <summary>Flips one bit of a file.</summary>
    public static void Flip(string path, long bit)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        File.WriteAllBytes(path, bytes);
    }

    public void Dispose()
    {
        Store?.Dispose();
        Directory?.Dispose();
        _parent.Dispose();
    }
}
