using System.Text;
using Kith.Protocol.Wire;

namespace Kith.Lab.Secrets;

/// <summary>A secret in every form in which it could have been written somewhere.</summary>
internal sealed class SecretForms
{
    private readonly List<byte[]> _forms;

    /// <summary>The forms of 32 bytes, and texts that hold them.</summary>
    public SecretForms(string name, byte[] secret, params string[] texts)
    {
        Name = name;
        List<string> written = [Convert.ToHexString(secret), Convert.ToHexStringLower(secret), ZBase32.Encode(secret), .. texts];
        foreach (byte[] shifted in new[] { secret, secret[1..], secret[2..] })
        {
            // Inside of something larger the groups may begin at any of three bytes; the ends are cut where neighbours change them.
            string base64 = Convert.ToBase64String(shifted.AsSpan(0, shifted.Length / 3 * 3));
            written.Add(base64);
            written.Add(base64.Replace('+', '-').Replace('/', '_'));
        }

        Texts = written;
        _forms = [secret, .. written.Select(Encoding.ASCII.GetBytes), .. written.Select(Encoding.Unicode.GetBytes)];
    }

    public string Name { get; }

    /// <summary>The forms that are texts.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>How often the secret itself is in some bytes, and how often any text of it.</summary>
    public (int Raw, int Texts) CountIn(ReadOnlySpan<byte> bytes) => (Count(bytes, _forms.Take(1)), Count(bytes, _forms.Skip(1)));

    private static int Count(ReadOnlySpan<byte> bytes, IEnumerable<byte[]> forms)
    {
        int found = 0;
        foreach (byte[] form in forms)
        {
            for (int at = bytes.IndexOf(form); at >= 0;)
            {
                found++;
                int next = bytes[(at + 1)..].IndexOf(form);
                at = next < 0 ? -1 : at + 1 + next;
            }
        }

        return found;
    }
}
