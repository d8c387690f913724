using System.Security.Cryptography;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Cli.CommandLine;

/// <summary>A file with the Ed25519 seed that items of the DHT are signed with: 64 hexadecimal digits, for its owner's eyes only.</summary>
internal static class DhtKeyFile
{
    /// <summary>Reads the seed, or makes one where there is no file.</summary>
    /// <exception cref="ControlException">It cannot be read or made, or holds something else.</exception>
    public static byte[] ReadOrMake(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                byte[] made = RandomNumberGenerator.GetBytes(DhtItemText.SeedBytes);
                FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using StreamWriter writer = new(path, options);
                writer.WriteLine(Convert.ToHexStringLower(made));
                return made;
            }

            return DhtItemText.TryReadBytes(File.ReadAllText(path).Trim(), out byte[] seed) && seed.Length == DhtItemText.SeedBytes
                ? seed
                : throw new ControlException(ControlError.Usage, $"{path} holds no key.", "A key is 64 hexadecimal digits; name a file that does not exist to make a new one.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ControlException(ControlError.Usage, $"The key cannot be read or made: {exception.Message}", "Name another file.", exception);
        }
    }
}
