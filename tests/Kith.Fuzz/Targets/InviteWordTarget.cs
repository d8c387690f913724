using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;

namespace Kith.Fuzz.Targets;

/// <summary>
/// What a joiner takes from strangers: the input is word for an invite and an opener as anybody may send them, which must not open, and a record in word that a member
/// who breaks the rules has sealed.
/// </summary>
[Covers(typeof(Protocol.Discovery.Rendezvous.Opener))]
internal sealed class InviteWordTarget : IFuzzTarget
{
    private readonly FuzzRandomSource _random = new(1);
    private static readonly NodeKey s_invite = NodeKey.FromSeed([.. Enumerable.Repeat((byte)9, 32)]);
    private readonly RendezvousKey _place = RendezvousKey.ForInvite(default, s_invite.Id, 1);
    private int _turn;

    public string Name => "invite-word";

    public int InputBytesMax => SealedValue.ContentBytesMax;

    public IEnumerable<byte[]> Corpus => WhereaboutsSamples.All().Select(static record => record.Encoded.ToArray());

    public bool Run(ReadOnlySpan<byte> input)
    {
        Oracle.True(!Opener.TryRead(_place, input, out _), "an opener that nobody sealed was read");
        bool isRecord = Whereabouts.TryDecode(input, out Whereabouts? record);

        // Agreeing on keys takes long: one input in many is enough.
        if (_turn++ % 256 != 0)
        {
            return isRecord;
        }

        Oracle.True(InviteWord.Open(_place, s_invite, input).Count == 0, "word that nobody sealed was opened");
        if (!isRecord || InviteWord.Seal(_place, s_invite.Id, [record!, record!], _random) is not { } word)
        {
            return false;
        }

        IReadOnlyList<Whereabouts> opened = InviteWord.Open(_place, s_invite, word);
        Oracle.True(opened.Count is 1 or 2, "records were lost");
        Oracle.Same(input, opened[0].Encoded, "the record");
        word[^1] ^= 1;
        Oracle.True(InviteWord.Open(_place, s_invite, word).Count == 0, "changed word was opened");
        return true;
    }
}
