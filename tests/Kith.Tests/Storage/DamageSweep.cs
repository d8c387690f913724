using Kith.Node.Storage;

namespace Kith.Tests.Storage;

/// <summary>Damages a file in every way that one flipped bit or one cut can, and looks whether opening it tells and the damaged bytes are kept.</summary>
internal static class DamageSweep
{
    public static void EveryDamageIsReported(string path, Action open) => Sweep(path, 1, damaged => IsReported(path, damaged, open), open);

    /// <summary>The store goes on: every so many-th bit and length, because each costs several flushes.</summary>
    public static void EveryDamageIsSetAside(StateDirectory directory, string path, int step)
    {
        Sweep(path, step, damaged => IsSetAside(directory, path, damaged), () => DirectoryStore.Open(directory).Dispose());
    }

    private static void Sweep(string path, int step, Action<byte[]> judge, Action open)
    {
        byte[] sound = File.ReadAllBytes(path);
        for (int bit = 0; bit < sound.Length * 8; bit += step)
        {
            byte[] damaged = (byte[])sound.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            judge(damaged);
        }

        for (int length = 0; length < sound.Length; length += step)
        {
            judge(sound[..length]);
        }

        File.WriteAllBytes(path, sound);
        open();
    }

    private static void IsSetAside(StateDirectory directory, string path, byte[] damaged)
    {
        File.WriteAllBytes(path, damaged);
        using (DirectoryStore store = DirectoryStore.Open(directory))
        {
            StateDamage told = Assert.Single(store.Damages);
            Assert.Equal(path, told.File);
            Assert.Equal(damaged, File.ReadAllBytes(told.SetAside));
            Assert.Equal([Path.GetFileName(told.SetAside)], store.SetAside);
        }

        using (DirectoryStore again = DirectoryStore.Open(directory))
        {
            Assert.Empty(again.Damages);
        }

        Directory.Delete(directory.DamagedPath, recursive: true);
    }

    private static void IsReported(string path, byte[] damaged, Action open)
    {
        File.WriteAllBytes(path, damaged);
        StateDamagedException error = Assert.Throws<StateDamagedException>(open);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(path));
    }
}
