using System.Globalization;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>What an action gave back, or why it failed (UPnP Device Architecture 2.0, sections 3.1.2 and 3.1.3).</summary>
/// <param name="Action">The action that was called; empty in a failure.</param>
/// <param name="Values">What came back, by name; of two of one name the last.</param>
/// <param name="Error">The error's number, or 0.</param>
/// <param name="ErrorText">The error in the gateway's words.</param>
public sealed record SoapResponse(string Action, IReadOnlyDictionary<string, string> Values, int Error, string ErrorText)
{
    /// <summary>Values that are kept.</summary>
    public const int ValuesMax = 32;

    /// <summary>An error without a number of its own.</summary>
    public const int UnknownError = -1;

    private const string ResponseSuffix = "Response";

    /// <summary>Reads a response; false if it is no XML, passes a bound, or is neither an answer nor a failure.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> document, out SoapResponse? response)
    {
        Dictionary<string, string> values = [];
        string action = "";
        string errorText = "";
        int error = 0;
        bool failed = false;
        response = null;
        bool ok = BoundedXml.TryWalk(document, (path, text) =>
        {
            switch (path)
            {
                case ["Envelope", "Body", "Fault", .., "errorCode"]:
                    _ = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out error);
                    break;
                case ["Envelope", "Body", "Fault", .., "errorDescription"]:
                    errorText = new([.. text.Where(character => !char.IsControl(character)).Take(64)]);
                    break;
                case ["Envelope", "Body", "Fault"]:
                    failed = true;
                    break;
                case ["Envelope", "Body", var answer] when answer.EndsWith(ResponseSuffix, StringComparison.Ordinal):
                    action = answer[..^ResponseSuffix.Length];
                    break;
                case ["Envelope", "Body", var answer, var name] when answer.EndsWith(ResponseSuffix, StringComparison.Ordinal):
                    if (values.Count < ValuesMax || values.ContainsKey(name))
                    {
                        values[name] = text;
                    }

                    break;
            }
        });
        if (!ok || (!failed && action.Length == 0))
        {
            return false;
        }

        response = failed ? new SoapResponse("", new Dictionary<string, string>(), error == 0 ? UnknownError : error, errorText) : new SoapResponse(action, values, 0, "");
        return true;
    }

    /// <summary>A value, or empty.</summary>
    public string this[string name] => Values.GetValueOrDefault(name, "");

    /// <summary>A value that is a port or another small number, or null.</summary>
    public ushort? Number(string name) => ushort.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? number : null;
}
