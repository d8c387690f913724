using Kith.Node.Storage;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Tests.Core;

namespace Kith.Tests.Storage;

/// <summary>
/// Bits that fall over on the disk of a member, which is started again, with two others on the same switch:
/// <code>
///   anna (state in a directory) ──┐
///   bert ─────────────────────────┼── switch
///   cleo ─────────────────────────┘
/// </code>
/// </summary>
public sealed class RepairTests : IDisposable
{
    private const int Bits = 1000;
    private const int BitsARound = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestLan _lan = new();
    private readonly DiskNode _anna;
    private readonly TestHost _bert;
    private readonly TestHost _cleo;

    public RepairTests()
    {
        _anna = new DiskNode(_lan, "anna");
        _bert = _lan.Add("bert");
        _cleo = _lan.Add("cleo");
    }

    public void Dispose()
    {
        _lan.Dispose();
        _anna.Dispose();
    }

    [Fact]
    public void a_thousand_flipped_bits_are_found_told_and_repaired_from_members()
    {
        JoinAll();
        int seed = Environment.TickCount;
        Random random = new(seed);
        int flipped = 0;
        int keys = 0;
        int files = 0;
        for (int round = 0; flipped < Bits; round++)
        {
            string where = $"seed {seed}, round {round}";
            int statements = _anna.Log.Statements.Count;
            Head? own = _anna.Log.HeadOf(_anna.Core.Id);
            _anna.Stop();
            Dictionary<string, byte[]> damaged = FlipSome(random, ref flipped);
            keys += RestoreKey(damaged, where) ? 1 : 0;
            files += damaged.Count;
            _anna.Start();
            Assert.True(damaged.Keys.Order(StringComparer.Ordinal).SequenceEqual(_anna.Store!.Damages.Select(static damage => damage.File).Order(StringComparer.Ordinal)), where);
            Assert.All(_anna.Store.Damages, damage => Assert.Equal(damaged[damage.File], File.ReadAllBytes(damage.SetAside)));
            Assert.True(_lan.RunUntil(IsWhole, Limit), $"{where}: not repaired of {string.Join(' ', damaged.Keys)}\n{Describe()}");
            Assert.True(_anna.Log.Statements.Count >= statements, where);
            Assert.True(_anna.Log.HeadOf(_anna.Core.Id) == own, where);

            // Whoever had forgotten what it stated last would fork its chain now.
            if (round % 4 == 0)
            {
                _anna.Rename($"anna-{round}");
                Assert.True(_lan.RunUntil(IsWhole, Limit), $"{where}: the new name does not arrive\n{Describe()}");
                Assert.Single(_bert.Core!.Networks.Single().Heads, head => head.Author == _anna.Core.Id);
            }

            if (Directory.Exists(_anna.Directory!.DamagedPath))
            {
                Directory.Delete(_anna.Directory.DamagedPath, recursive: true);
            }
        }

        Console.WriteLine($"measured: flipped bits: {flipped} in {files} files found and told, all repaired from members, and {keys} times the node's key, refused and left as it was (bar: 1000)");
    }

    [Fact]
    public void a_device_that_lost_its_last_statement_states_nothing_until_it_has_it_back()
    {
        JoinAll();
        _cleo.IsCutOff = true;
        _lan.Run(TimeSpan.FromMinutes(4));
        _anna.Rename("amber");
        Assert.True(_lan.RunUntil(() => NameOfAnnaAt(_bert) == "amber", Limit));
        Head? own = _anna.Log.HeadOf(_anna.Core.Id);
        _anna.Stop();

        // Only bert has the statement, and bert is away.
        CutLastRecord();
        _bert.IsCutOff = true;
        _cleo.IsCutOff = false;
        _anna.Start();
        Assert.True(_anna.Core.IsBeingRepaired(_anna.Log.Id));
        Assert.Equal("amber", _anna.Log.State.Members[_anna.Core.Id].Name);
        Assert.True(_lan.RunUntil(() => _anna.Core.DescribePeer(_cleo.Core!.Id).Online, Limit), Describe());
        _lan.Run(TimeSpan.FromMinutes(10));
        Assert.Equal(NodeCoreError.BeingRepaired, Assert.Throws<NodeCoreException>(() => _anna.Rename("agate")).Error);

        // Also not after another start.
        _anna.Stop();
        _anna.Start();
        _lan.Run(TimeSpan.FromMinutes(1));
        Assert.True(_anna.Core.IsBeingRepaired(_anna.Log.Id));

        _bert.IsCutOff = false;
        Assert.True(_lan.RunUntil(() => !_anna.Core.IsBeingRepaired(_anna.Log.Id), TimeSpan.FromMinutes(3)), Describe());
        Assert.Equal(own, _anna.Log.HeadOf(_anna.Core.Id));
        _anna.Rename("agate");
        Assert.True(_lan.RunUntil(() => NameOfAnnaAt(_bert) == "agate", Limit));
        Assert.Single(_bert.Core!.Networks.Single().Heads, head => head.Author == _anna.Core.Id);
    }

    [Fact]
    public void where_nobody_has_the_lost_statement_it_goes_on_once_all_have_been_asked()
    {
        JoinAll();
        _bert.IsCutOff = true;
        _cleo.IsCutOff = true;
        _anna.Rename("amber");
        _anna.Stop();
        CutLastRecord();
        _anna.Start();
        _lan.Run(TimeSpan.FromMinutes(1));
        Assert.True(_anna.Core.IsBeingRepaired(_anna.Log.Id));
        _bert.IsCutOff = false;
        _cleo.IsCutOff = false;
        Assert.True(_lan.RunUntil(() => !_anna.Core.IsBeingRepaired(_anna.Log.Id), TimeSpan.FromMinutes(3)), Describe());
        _anna.Rename("agate");
        Assert.True(_lan.RunUntil(() => NameOfAnnaAt(_bert) == "agate", Limit));
        Assert.Single(_bert.Core!.Networks.Single().Heads, head => head.Author == _anna.Core.Id);
    }

    [Fact]
    public void with_its_memory_gone_too_it_asks_everybody_before_it_states_anything()
    {
        JoinAll();
        string own = Directory.GetFiles(Path.Combine(_anna.Path, "documents"), "own.*").Single();
        _anna.Stop();
        File.Delete(own);
        DiskNode.Flip(_anna.StatementsPath, (new FileInfo(_anna.StatementsPath).Length * 8) - 100);
        _cleo.IsCutOff = true;
        _anna.Start();
        Assert.True(_lan.RunUntil(() => _anna.Core.DescribePeer(_bert.Core!.Id).Online, Limit), Describe());
        _lan.Run(TimeSpan.FromMinutes(10));
        Assert.True(_anna.Core.IsBeingRepaired(_anna.Log.Id));
        _cleo.IsCutOff = false;
        Assert.True(_lan.RunUntil(() => !_anna.Core.IsBeingRepaired(_anna.Log.Id), TimeSpan.FromMinutes(3)), Describe());
        Assert.True(_lan.RunUntil(IsWhole, Limit), Describe());
    }

    [Fact]
    public void a_network_of_which_nothing_is_known_any_more_is_told_and_comes_back_by_an_invite()
    {
        JoinAll();
        NetworkId home = _anna.Log.Id;
        _anna.Stop();
        foreach (string path in Directory.GetFiles(Path.Combine(_anna.Path, "documents")))
        {
            File.Delete(path);
        }

        File.WriteAllBytes(_anna.StatementsPath, new byte[1000]);
        _anna.Start();
        Assert.Equal([home], _anna.Core.LostNetworks);
        Assert.Empty(_anna.Core.Networks);
        InviteLine invite = _bert.Core!.CreateInvite(_lan.Clock(_bert), home, MemberRole.Member, 1, TimeSpan.FromHours(1));
        _anna.Core.BeginJoin(_lan.Clock(_anna.Host), invite);
        Assert.True(_lan.RunUntil(() => _anna.Core.Networks.Any() && IsWhole(), Limit), Describe());
        Assert.Empty(_anna.Core.LostNetworks);
        Assert.Equal(0, _anna.Log.State.Invites[InviteKey(invite)].Used);
    }

    private static NodeId InviteKey(InviteLine invite)
    {
        using NodeKey key = invite.OpenKey();
        return key.Id;
    }

    private void JoinAll()
    {
        MembershipLog home = _anna.Core.CreateNetwork(_lan.Clock(_anna.Host), "home", []);
        InviteLine invite = _anna.Core.CreateInvite(_lan.Clock(_anna.Host), home.Id, MemberRole.Admin, 2, TimeSpan.FromHours(24));
        _bert.Core!.BeginJoin(_lan.Clock(_bert), invite);
        _cleo.Core!.BeginJoin(_lan.Clock(_cleo), invite);
        Assert.True(_lan.RunUntil(() => _bert.Core!.Networks.Any() && _cleo.Core!.Networks.Any() && IsWhole(), Limit), Describe());
        _anna.Rename("annabel");
        Assert.True(_lan.RunUntil(IsWhole, Limit));
        _lan.Run(TimeSpan.FromSeconds(15));
    }

    private bool IsWhole()
    {
        MembershipLog[] logs = [_anna.Log, _bert.Core!.Networks.Single(), _cleo.Core!.Networks.Single()];
        return !_anna.Core.IsBeingRepaired(logs[0].Id)
            && logs.All(log => log.Statements.Count == logs[1].Statements.Count && log.State.Digest == logs[1].State.Digest);
    }

    private string? NameOfAnnaAt(TestHost host) => host.Core!.Networks.Single().State.Members.GetValueOrDefault(_anna.Core.Id)?.Name;

    private Dictionary<string, byte[]> FlipSome(Random random, ref int flipped)
    {
        string[] files = _anna.Files();
        HashSet<(string, long)> bits = [];
        while (bits.Count < BitsARound)
        {
            string path = files[random.Next(files.Length)];
            bits.Add((path, random.NextInt64(new FileInfo(path).Length * 8)));
        }

        foreach ((string path, long bit) in bits)
        {
            DiskNode.Flip(path, bit);
        }

        flipped += bits.Count;
        return bits.Select(static bit => bit.Item1).Distinct().ToDictionary(static path => path, File.ReadAllBytes);
    }

    // The one file that nobody else has: it is refused and left as it is, and its owner puts a copy back.
    private bool RestoreKey(Dictionary<string, byte[]> damaged, string where)
    {
        string path = StateDirectory.NodeKeyPathIn(_anna.Path);
        if (!damaged.Remove(path, out byte[]? bytes))
        {
            return false;
        }

        StateDamagedException told = Assert.Throws<StateDamagedException>(() => NodeKeyFile.TryLoad(path, out _));
        Assert.Contains(path, told.Message, StringComparison.Ordinal);
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(path)), where);
        File.Delete(path);
        using StateDirectory directory = StateDirectory.Open(_anna.Path);
        NodeKeyFile.LoadOrCreate(directory, new TestRandom(4711)).Dispose();
        return true;
    }

    private void CutLastRecord()
    {
        using DiskFile file = DiskFile.Open(_anna.StatementsPath);
        ReadOnlyMemory<byte> last = StatementRecord.Salvage(file, StatementFile.HeaderBytes)[^1];
        file.SetLength(file.Length - StatementRecord.HeaderBytes - last.Length);
    }

    private string Describe() => string.Join('\n', _lan.Hosts.Select(host =>
        $"{host.Name}: {host.Core?.Networks.FirstOrDefault()?.Statements.Count} statements, sees {string.Join(' ', _lan.Hosts.Where(other => other.Core is not null && host.Core?.DescribePeer(other.Core.Id).Online == true).Select(static other => other.Name))}"));
}
