using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Membership.Sync;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

/// <summary>The vectors in the protocol's chapter on membership are what the code writes.</summary>
public class VectorTests
{
    private const long Time = 1_800_000_000_000;

    [Fact]
    public void the_document_s_vectors_are_what_the_code_writes()
    {
        Dictionary<string, string> documented = ReadVectors();
        foreach ((string name, string value) in Make())
        {
            Assert.True(documented.Remove(name, out string? written), $"{name} is not in the document; it is {value}");
            Assert.True(value == written, $"{name} is {value}");
        }

        Assert.Empty(documented);
    }

    private static List<(string Name, string Value)> Make()
    {
        using NodeKey founder = NodeKey.FromSeed(Bytes(0x00));
        using NodeKey node = NodeKey.FromSeed(Bytes(0x20));
        using NodeKey invite = NodeKey.FromSeed(Bytes(0x40));
        HybridTime time = HybridTime.FromMilliseconds(Time);
        Statement genesis = Statement.Sign(default, founder, 1, default, [], time, new GenesisBody(new Bytes32(Bytes(0xA0)), TestNetwork.Prefix, "home", "laptop"));
        NetworkId id = genesis.Network;
        Statement secret = Statement.Sign(
            id, founder, 2, genesis.Hash, [], new HybridTime(time.Value + 1), SecretSealing.Seal(id, 1, [founder.Id], new CountingRandom(), out NetworkSecret opened));
        Statement invited = Statement.Sign(
            id, founder, 3, secret.Hash, [], new HybridTime(time.Value + 2), new InviteBody(invite.Id, MemberRole.Member, 1, (ulong)Time + 86_400_000));
        Statement joined = Statement.Sign(id, node, 1, default, [invited.Hash], new HybridTime(time.Value + 3), JoinBody.Sign(invite, id, node.Id, "pi"));
        Statement role = Statement.Sign(id, founder, 4, invited.Hash, [joined.Hash], new HybridTime(time.Value + 4), new RoleBody(node.Id, MemberRole.Admin));
        Statement renamed = Statement.Sign(id, node, 2, joined.Hash, [role.Hash], new HybridTime(time.Value + 5), new RenameBody(node.Id, "pi4"));
        Statement revoked = Statement.Sign(id, founder, 5, role.Hash, [renamed.Hash], new HybridTime(time.Value + 6), new RevokeBody(false, node.Id, 2));
        Statement admitted = Statement.Sign(
            id, founder, 6, revoked.Hash, [], new HybridTime(time.Value + 7), new AdmitBody(invite.Id, "friend", MemberRole.Member, default));

        MembershipLog log = MembershipLog.Empty(id);
        List<(string, string)> vectors =
        [
            ("founder", Hex(founder.Id.ToArray())), ("node", Hex(node.Id.ToArray())), ("invite key", Hex(invite.Id.ToArray())),
            ("network id", Hex(id.ToArray())), ("secret", opened.Value.ToString()), ("commitment", opened.Commitment.ToString()),
        ];
        foreach ((string name, Statement statement) in new[]
        {
            ("Genesis", genesis), ("NewSecret", secret), ("Invite", invited), ("Join", joined), ("Role", role), ("Rename", renamed), ("Revoke", revoked), ("Admit", admitted),
        })
        {
            Assert.Equal(AddResult.Added, log.Add(statement));
            vectors.Add((name, Hex(statement.Encoded.Span)));
            vectors.Add(($"digest after {name}", log.State.Digest.ToString()));
        }

        HeadsMessage heads = new(false, false, [new Head(founder.Id, 6, admitted.Hash)]);
        byte[] encoded = new byte[heads.EncodedLength];
        heads.Encode(encoded);
        vectors.Add(("Heads", Hex(encoded)));
        StatementsMessage statements = new(true, [role.Encoded]);
        encoded = new byte[statements.EncodedLength];
        statements.Encode(encoded);
        vectors.Add(("Statements", Hex(encoded)));
        return vectors;
    }

    private static Dictionary<string, string> ReadVectors()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Kith.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        Assert.NotNull(root);
        Dictionary<string, string> vectors = [];
        string? name = null;
        foreach (string line in File.ReadLines(Path.Combine(root, "docs", "protocol", "50-membership.md")).SkipWhile(static line => line != "## Test vectors"))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal) && line.Contains(" = ", StringComparison.Ordinal))
            {
                name = line[..line.IndexOf(" = ", StringComparison.Ordinal)].Trim();
                vectors[name] = line[(line.IndexOf(" = ", StringComparison.Ordinal) + 3)..].Trim();
            }
            else if (line.StartsWith("        ", StringComparison.Ordinal) && name is not null)
            {
                vectors[name] += line.Trim();
            }
        }

        return vectors;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] Bytes(int first) => [.. Enumerable.Range(first, 32).Select(static value => (byte)value)];

    /// <summary>Counts up from 60: the key made for the secret is 60…7f, the secret 80…9f.</summary>
    private sealed class CountingRandom : RandomSource
    {
        private byte _next = 0x60;

        public override void Fill(Span<byte> destination)
        {
            foreach (ref byte value in destination)
            {
                value = _next++;
            }
        }
    }
}
