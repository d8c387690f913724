using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;

namespace Kith.Fuzz.Targets;

/// <summary>
/// What a joiner takes from strangers: the input is word for an invite and an opener as anybody may send them, which must not open, and a record in word that a member
/// who breaks the rules has sealed.
/// </summary>
internal sealed class InviteWordTarget : IFuzzTarget
{
    private readonly FuzzRandomSource _random = new(1);
    private readonly NodeKey _invite = NodeKey.FromSeed([.. Enumerable.Repeat((byte)9, 32)]);

    public string Name => "invite-word";

    public int InputBytesMax => SealedValue.ContentBytesMax;

    public IEnumerable<byte[]> Corpus => WhereaboutsSamples.All().Select(static record => record.Encoded.ToArray());

    public bool Run(ReadOnlySpan<byte> input)
    {
        using RendezvousKey place = RendezvousKey.ForInvite(default, _invite.Id, 1);
        Oracle.True(InviteWord.Open(place, _invite, input).Count == 0, "word that nobody sealed was opened");
        Oracle.True(!Opener.TryRead(place, input, out _), "an opener that nobody sealed was read");
        if (!Whereabouts.TryDecode(input, out Whereabouts? record) || InviteWord.Seal(place, _invite.Id, [record, record], _random) is not { } word)
        {
            return false;
        }

        IReadOnlyList<Whereabouts> opened = InviteWord.Open(place, _invite, word);
        Oracle.True(opened.Count is 1 or 2, "records were lost");
        Oracle.Same(input, opened[0].Encoded, "the record");
        word[^1] ^= 1;
        Oracle.True(InviteWord.Open(place, _invite, word).Count == 0, "changed word was opened");
        return true;
    }
}
