using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

/// <summary>
/// A random past of a network: devices that state things, sensible and not, on their own copies of the log, meet now and then, revoke each
/// other at once and with backdated numbers, fork, and are ruled upon. All from a seed.
/// </summary>
internal sealed class History
{
    private const int DeviceCount = 7;
    private const long StartMilliseconds = 1_800_000_000_000;

    private static readonly NodeKey[] Keys = [.. Enumerable.Range(0, DeviceCount).Select(static i => NodeKey.Generate(new SeededRandom(900 + (ulong)i)))];
    private static readonly byte[][] InviteSecrets = [.. Enumerable.Range(0, 4).Select(static i => NewSecret(700 + (ulong)i))];
    private static readonly NodeKey[] Invites = [.. InviteSecrets.Select(static secret => NodeKey.FromSeed(secret))];

    private static readonly MembershipLog Beginning = Begin();

    private readonly SeededRandom _random;
    private readonly MembershipLog[] _copies;
    private readonly Dictionary<Bytes32, Statement> _all = [];
    private long _now = StartMilliseconds;

    public History(ulong seed, int steps)
    {
        _random = new SeededRandom(seed);
        _copies = [.. Keys.Select(static _ => Copy(Beginning, Beginning.Statements.Count))];
        Gather();
        for (int i = 0; i < steps; i++)
        {
            if (i == steps / 2 && _random.NextChance(50))
            {
                AllMeet();
            }

            Step();
        }

        Gather();
    }

    public NetworkId Id => _copies[0].Id;

    /// <summary>The key of a device of all histories; null for any other.</summary>
    public static NodeKey? KeyOf(NodeId id) => Array.Find(Keys, key => key.Id == id);

    /// <summary>All statements, every one after those it names.</summary>
    public IEnumerable<Statement> InOrderOfMaking => Deliver(_random, readStateOften: false).Statements;

    /// <summary>A log of all statements, handed in in a random order, again and again those that came too early.</summary>
    public MembershipLog Deliver(SeededRandom random, bool readStateOften)
    {
        MembershipLog log = MembershipLog.Empty(Id);
        List<Statement> waiting = [.. _all.Values];
        while (waiting.Count > 0)
        {
            int before = waiting.Count;
            for (int i = waiting.Count - 1; i > 0; i--)
            {
                int other = random.NextBelow(i + 1);
                (waiting[i], waiting[other]) = (waiting[other], waiting[i]);
            }

            waiting.RemoveAll(statement =>
            {
                AddResult result = log.Add(statement);
                if (readStateOften && log.HasGenesis)
                {
                    _ = log.State;
                }

                return result is AddResult.Added or AddResult.Fork or AddResult.TooMany;
            });
            Assert.True(waiting.Count < before, "nothing could be added");
        }

        return log;
    }

    private static byte[] NewSecret(ulong seed)
    {
        byte[] secret = new byte[NodeKey.SeedBytes];
        new SeededRandom(seed).Fill(secret);
        return secret;
    }

    private void Step()
    {
        _now += _random.NextBelow(3);
        int who = _random.NextBelow(DeviceCount);
        MembershipLog log = _copies[who];
        if (!log.HasGenesis || _random.NextChance(25))
        {
            Meet(who, _random.NextBelow(DeviceCount));
            return;
        }

        long clock = _now + (_random.NextChance(10) ? _random.NextBelow(2_000_000) - 1_000_000 : 0);
        Statement statement = log.Author(Keys[who], NextBody(log, Keys[who]), clock);
        AddResult result = log.Add(statement);
        Assert.Contains(result, new[] { AddResult.Added, AddResult.Fork, AddResult.Stranger, AddResult.TooMany });
        if (_random.NextChance(4))
        {
            // The device's disk is put back to an earlier day, and it goes on from there: a fork, if it had stated anything since.
            _copies[who] = Earlier(log);
            _copies[who].Add(_copies[who].Author(Keys[who], new RenameBody(Keys[who].Id, Name()), _now));
            Meet(who, _random.NextBelow(DeviceCount));
        }
    }

    private StatementBody NextBody(MembershipLog log, NodeKey author)
    {
        NodeKey target = Keys[_random.NextBelow(DeviceCount)];
        NodeKey invite = Invites[_random.NextBelow(Invites.Length)];
        bool isMember = log.State.Members.ContainsKey(author.Id);
        if (!isMember && _random.NextChance(70))
        {
            return JoinBody.Sign(invite, Id, author.Id, Name());
        }

        if (_random.NextChance(30) && Keys.FirstOrDefault(key => key != author && log.Graph.Chain(key.Id)?.IsForked == true) is NodeKey forked)
        {
            Head[] branches = [.. log.Heads.Where(head => head.Author == forked.Id)];
            return new AdmitBody(forked.Id, Name(), Role(), branches[_random.NextBelow(branches.Length)].Hash);
        }

        switch (_random.NextBelow(13))
        {
            case 0 or 1:
                return new InviteBody(invite.Id, Role(), (ushort)(1 + _random.NextBelow(3)), (ulong)(_now + 100 + _random.NextBelow(1000)));
            case 2:
                return new AdmitBody(target.Id, Name(), Role(), default);
            case 3 or 4:
                return new RoleBody(target.Id, _random.NextChance(70) ? MemberRole.Admin : MemberRole.Member);
            case 5:
                return new RenameBody(_random.NextChance(70) ? author.Id : target.Id, Name());
            case 6 or 7 or 8:
                ulong seen = log.HeadOf(target.Id)?.Sequence ?? 0;
                return new RevokeBody(false, target.Id, _random.NextChance(50) ? seen : (ulong)_random.NextBelow((int)seen + 2));
            case 9:
                return new RevokeBody(true, invite.Id, 0);
            case 10:
                return new NewSecretBody(log.State.SecretEpoch + (uint)_random.NextBelow(2) + (log.State.SecretEpoch == 0 ? 1u : 0u), target.Id.Value, invite.Id.Value, default);
            default:
                Head[] heads = [.. log.Heads.Where(head => head.Author == target.Id)];
                return new AdmitBody(target.Id, Name(), Role(), heads.Length == 0 ? default : heads[_random.NextBelow(heads.Length)].Hash);
        }
    }

    private MemberRole Role() => _random.NextChance(50) ? MemberRole.Admin : MemberRole.Member;

    private string Name() => "n" + (char)('a' + _random.NextBelow(4));

    private void AllMeet()
    {
        for (int round = 0; round < 2; round++)
        {
            for (int other = 1; other < DeviceCount; other++)
            {
                Meet(0, other);
            }
        }
    }

    private void Meet(int a, int b)
    {
        if (a != b)
        {
            TestNetwork.Merge(_copies[a], _copies[b]);
            Gather();
        }
    }

    private void Gather()
    {
        foreach (MembershipLog copy in _copies)
        {
            foreach (Statement statement in copy.Statements)
            {
                _all.TryAdd(statement.Hash, statement);
            }
        }
    }

    private MembershipLog Earlier(MembershipLog log)
    {
        Gather();
        return Copy(log, Beginning.Statements.Count + _random.NextBelow(log.Statements.Count - Beginning.Statements.Count + 1));
    }

    /// <summary>What all histories share: a founder, two more admins, a member, and invites of both roles. Made once, because signing takes its time.</summary>
    private static MembershipLog Begin()
    {
        SeededRandom random = new(1);
        MembershipLog log = MembershipLog.Found(Keys[0], "home", "founder", TestNetwork.Prefix, StartMilliseconds - 1000, random, out _);
        TestNetwork.Add(log, log.PrepareAdmit(Keys[0], Keys[1].Id, "na", MemberRole.Admin, StartMilliseconds - 900));
        TestNetwork.Add(log, log.PrepareAdmit(Keys[0], Keys[2].Id, "nb", MemberRole.Admin, StartMilliseconds - 900));
        TestNetwork.Add(log, log.PrepareAdmit(Keys[0], Keys[3].Id, "nc", MemberRole.Member, StartMilliseconds - 900));
        TestNetwork.Add(log, log.PrepareInvite(Keys[0], Invites[0].Id, MemberRole.Admin, 2, StartMilliseconds + 50, StartMilliseconds - 800));
        TestNetwork.Add(log, log.PrepareInvite(Keys[1], Invites[1].Id, MemberRole.Member, 1, StartMilliseconds + 50, StartMilliseconds - 800));
        return log;
    }

    private static MembershipLog Copy(MembershipLog log, int count)
    {
        MembershipLog copy = MembershipLog.Empty(log.Id);
        foreach (Statement statement in log.Statements.Take(count))
        {
            copy.Add(statement);
        }

        return copy;
    }
}
