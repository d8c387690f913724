using Kith.Fuzz.Coverage;
using Kith.Protocol.Identity;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the text of an invite.</summary>
[Covers(typeof(Protocol.Identity.InviteLine))]
internal sealed class InviteTextTarget : IFuzzTarget
{
    public string Name => "invite-text";

    public IEnumerable<byte[]> Corpus => InviteSamples.All().Select(line => FuzzText.Bytes(line.ToText()));

    public IEnumerable<byte[]> Dictionary => new[] { "kith1", "kith2", "kith", " ", "\n", "KITH1" }.Select(FuzzText.Bytes);

    public bool Run(ReadOnlySpan<byte> input)
    {
        InviteParse result = InviteLine.TryParse(FuzzText.Text(input), out InviteLine? line);
        Oracle.Equal(result == InviteParse.Ok, line is not null, "there is an invite exactly if the result says so");
        if (line is null)
        {
            return false;
        }

        Oracle.Equal(InviteParse.Ok, InviteLine.TryParse(line.ToText(), out InviteLine? again), "its own text");
        Oracle.Equal(line.ToText(), again?.ToText(), "the text of its own text");
        return true;
    }
}
