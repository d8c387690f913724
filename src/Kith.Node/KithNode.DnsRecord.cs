using Kith.Node.Control;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;

namespace Kith.Node;

/// <content>Records for the DNS.</content>
public sealed partial class KithNode
{
    /// <summary>For how long resolvers should keep a record, in seconds: not for long, because addresses change.</summary>
    public const int DnsRecordTimeToLiveSeconds = 300;

    private const char NameMark = '@';

    /// <summary>Whether a text is a name of the DNS that records of Kith may be published under, such as <c>nas.example.org</c>.</summary>
    public static bool IsDnsNameText(string text) => DnsBook.IsName(text);

    /// <inheritdoc/>
    public Task<DnsRecordResult> MakeDnsRecordAsync(DnsRecordRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!DnsBook.IsName(request.Name))
        {
            throw NotADnsName(request.Name);
        }

        InviteLine? invite = request.Invite is { } line ? ParseInvite(line).Invite : null;
        return OnLoopAsync(
            (core, now) =>
            {
                MembershipLog network = FindNetwork(core, now, invite?.Network.ToString() ?? request.Network);
                using NodeKey? inviteKey = invite?.OpenKey();
                string text = core.MakeDnsRecord(now, network.Id, inviteKey?.Id)
                    ?? throw new ControlException(ControlError.UnknownNetwork, $"'{network.State.Name}' does not know that invite, or this device does not know its secret yet.", "Make an invite with: kith invite");
                return new DnsRecordResult(
                    $"_kith.{request.Name.TrimEnd('.')}",
                    "TXT",
                    DnsRecordTimeToLiveSeconds,
                    SealedText.Split(text),
                    network.State.Name,
                    [.. core.OwnEndpoints.Where(endpoint => !endpoint.Address.IsPrivate).Select(endpoint => endpoint.ToString())]);
            },
            cancellationToken);
    }

    private static ControlException NotADnsName(string text) =>
        new(ControlError.Usage, $"'{text}' is no name of the DNS.", "Give a name of your own with its domain: nas.example.org");

    // An invite may be followed by @ and the name under which members are to be looked for.
    private static (InviteLine Invite, string? Name) ParseInvite(string text)
    {
        int mark = text.LastIndexOf(NameMark);
        string? name = mark < 0 ? null : text[(mark + 1)..].Trim();
        if (mark < 0 && DnsBook.IsName(text.Trim()))
        {
            throw new ControlException(
                ControlError.InviteNotAnInvite, $"'{text.Trim()}' is a name; whoever answers for it could be anybody.", $"Join with an invite that leads there: INVITE@{text.Trim()}");
        }

        if (name is not null && !DnsBook.IsName(name))
        {
            throw NotADnsName(name);
        }

        InviteParse parse = InviteLine.TryParse(mark < 0 ? text : text[..mark], out InviteLine? invite);
        return parse == InviteParse.Ok ? (invite!, name) : throw Hosting.Failures.From(parse);
    }
}
