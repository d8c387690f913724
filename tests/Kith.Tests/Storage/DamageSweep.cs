using Kith.Node.Storage;

namespace Kith.Tests.Storage;

/// <summary>Damages a file in every way that one flipped bit or one cut can, and looks whether opening it tells and leaves it alone.</summary>
internal static class DamageSweep
{
    public static void EveryDamageIsReported(string path, Action open)
    {
        byte[] sound = File.ReadAllBytes(path);
        for (int bit = 0; bit < sound.Length * 8; bit++)
        {
            byte[] damaged = (byte[])sound.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            IsReported(path, damaged, open);
        }

        for (int length = 0; length < sound.Length; length++)
        {
            IsReported(path, sound[..length], open);
        }

        File.WriteAllBytes(path, sound);
        open();
    }

    private static void IsReported(string path, byte[] damaged, Action open)
    {
        File.WriteAllBytes(path, damaged);
        StateDamagedException error = Assert.Throws<StateDamagedException>(open);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(path));
    }
}
