using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Membership.Sync;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

/// <summary>
/// What somebody may try to slip into a log, ten thousand of each kind, made of the statements of generated histories: none is taken, and the state stays what it was.
/// </summary>
public class ForgeryTests
{
    private const int Generated = 10_000;
    private const int Histories = 100;
    private const int SequenceOffset = 65;
    private const int AuthorOffset = 33;
    private const int SignatureBytes = 64;

    [Fact]
    public void signed_by_another_key() => NoneIsTaken("signed by another key", static (log, original, random) =>
    {
        byte[] forged = original.Encoded.ToArray();
        return [Resign(forged, NodeKey.Generate(random))];
    });

    [Fact]
    public void signed_over_other_bytes() => NoneIsTaken("signed over other bytes", static (log, original, random) =>
    {
        byte[] forged = original.Encoded.ToArray();
        forged[random.NextBelow(forged.Length - SignatureBytes)] ^= (byte)(1 << random.NextBelow(8));
        return [forged];
    });

    [Fact]
    public void with_another_statements_signature() => NoneIsTaken("with another statement's signature", static (log, original, random) =>
    {
        Statement other = Others(log, statement => statement.Hash != original.Hash, random);
        return [[.. original.Encoded.Span[..^SignatureBytes], .. other.Encoded.Span[^SignatureBytes..]]];
    });

    [Fact]
    public void in_another_authors_name() => NoneIsTaken("in another author's name", static (log, original, random) =>
    {
        byte[] forged = original.Encoded.ToArray();
        Others(log, statement => statement.Author != original.Author, random).Author.WriteTo(forged.AsSpan(AuthorOffset));
        return [forged];
    });

    [Fact]
    public void unsigned() => NoneIsTaken("unsigned", static (log, original, random) =>
    {
        byte[] forged = original.Encoded.ToArray();
        Span<byte> signature = forged.AsSpan(forged.Length - SignatureBytes);
        switch (random.NextBelow(4))
        {
            case 0:
                signature.Clear();
                break;
            case 1:
                random.Fill(signature);
                break;
            case 2:
                // The neutral element and zero: what a lax check calls a good signature.
                signature.Clear();
                signature[0] = 1;
                break;
            default:
                return [forged[..^SignatureBytes]];
        }

        return [forged];
    });

    [Fact]
    public void an_old_statement_said_to_be_new() => NoneIsTaken("old statements said to be new", static (log, original, random) =>
    {
        // Its number moved behind the end of the chain; everything else as it was signed.
        byte[] forged = original.Encoded.ToArray();
        ulong last = log.HeadOf(original.Author)!.Value.Sequence;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(forged.AsSpan(SequenceOffset), last + 1 + (ulong)random.NextBelow(3));
        return [forged];
    });

    [Fact]
    public void replayed_as_it_was() => NoneIsTaken("replayed as they were", static (log, original, random) => [original.Encoded.ToArray()]);

    [Fact]
    public void out_of_sequence_by_its_own_author() => NoneIsTaken("out of sequence, signed by their own authors", static (log, original, random) =>
    {
        // A member that is hostile: whatever it has stated, the next one has a number that is not the next.
        Statement last = Others(log, static statement => History.KeyOf(statement.Author) is not null, random);
        ulong number = last.Sequence + 2 + (ulong)random.NextBelow(1000);
        if (last.Sequence > 2 && random.NextChance(50))
        {
            number = 2 + (ulong)random.NextBelow((int)last.Sequence - 1);
        }

        NodeKey author = History.KeyOf(last.Author)!;
        return [Statement.Sign(log.Id, author, number, last.Hash, [], last.Time, new RenameBody(author.Id, "b")).Encoded.ToArray()];
    });

    [Fact]
    public void torn_out_of_a_chain() => NoneIsTaken("torn out of their chains", static (log, original, random) =>
    {
        NodeKey author = NodeKey.Generate(random);
        Bytes32 before = new(Enumerable.Range(0, 32).Select(_ => (byte)(1 + random.NextBelow(255))).ToArray());
        Statement torn = Statement.Sign(log.Id, author, 2 + (ulong)random.NextBelow(60_000), before, [], original.Time, new RenameBody(author.Id, "a"));
        return random.NextChance(50) ? [torn.Encoded.ToArray()] : [original.Encoded.ToArray()[..random.NextBelow(original.Encoded.Length)]];
    });

    [Fact]
    public void an_older_log_offered_for_a_newer_one_takes_nothing_away()
    {
        int offered = 0;
        byte[] buffer = new byte[SyncLimits.MessageBytesMax];
        for (ulong seed = 1; offered < Generated; seed++)
        {
            MembershipLog log = new History(seed, 30).Deliver(new SeededRandom(seed), readStateOften: false);
            Bytes32 digest = log.State.Digest;
            int count = log.Statements.Count;
            for (int kept = 1; kept < count && offered < Generated; kept++, offered++)
            {
                MembershipLog older = MembershipLog.Empty(log.Id);
                foreach (Statement statement in log.Statements.Take(kept))
                {
                    older.Add(statement);
                }

                // Straight, statement by statement, and as a synchronisation that announces the older heads.
                SyncSession victim = new(log);
                SyncSession attacker = new(older);
                for (int turn = 0; turn < 4; turn++)
                {
                    while (attacker.TryGetMessage(buffer, out int length))
                    {
                        Assert.Equal(SyncResult.Ok, victim.HandleMessage(buffer.AsSpan(0, length)));
                    }
                }

                Assert.True(log.Statements.Count == count && log.State.Digest == digest, $"seed {seed}, {kept} of {count}");
            }
        }

        Console.WriteLine($"measured: rolled-back logs: {offered} offered in place of newer ones, 0 took anything away (bar: 0 of 10000)");
    }

    private static void NoneIsTaken(string what, Func<MembershipLog, Statement, SeededRandom, IEnumerable<byte[]>> forge)
    {
        int made = 0;
        int differing = 0;
        for (ulong seed = 1; made < Generated; seed = (seed % Histories) + 1)
        {
            SeededRandom random = new(seed + (ulong)made);
            MembershipLog log = new History(seed, 30).Deliver(random, readStateOften: false);
            Bytes32 digest = log.State.Digest;
            int count = log.Statements.Count;
            for (int i = 0; i < Generated / Histories; i++)
            {
                Statement original = log.Statements[random.NextBelow(count)];
                foreach (byte[] forged in forge(log, original, random))
                {
                    AddResult result = log.TryAdd(forged, out _);
                    Assert.False(result is AddResult.Added or AddResult.Fork, $"{what}: seed {seed}, {original} became {result}");
                    differing += forged.AsSpan().SequenceEqual(original.Encoded.Span) ? 0 : 1;
                    made++;
                }
            }

            Assert.True(log.Statements.Count == count && log.State.Digest == digest, $"{what}: seed {seed} changed something");
        }

        Console.WriteLine($"measured: statements {what}: {made} generated, 0 taken (bar: 0 of 10000)");
        Assert.True(made >= Generated && (differing == made || what.StartsWith("replayed", StringComparison.Ordinal)), $"{differing} of {made} differ");
    }

    private static Statement Others(MembershipLog log, Func<Statement, bool> filter, SeededRandom random)
    {
        Statement[] fitting = [.. log.Statements.Where(filter)];
        return fitting[random.NextBelow(fitting.Length)];
    }

    private static byte[] Resign(byte[] encoded, NodeKey key)
    {
        byte[] message = [.. "kith statement v1\n"u8, .. encoded.AsSpan(0, encoded.Length - SignatureBytes)];
        key.Sign(message, encoded.AsSpan(encoded.Length - SignatureBytes));
        return encoded;
    }
}
