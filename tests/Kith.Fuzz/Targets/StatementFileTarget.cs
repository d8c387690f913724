using Kith.Fuzz.Coverage;
using Kith.Node.Storage;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a network's file of statements. It is reported as damaged and left alone, or it opens, takes an append and opens again.</summary>
[Covers(typeof(Node.Storage.StatementFile))]
internal sealed class StatementFileTarget : IFuzzTarget
{
    private static readonly NetworkId s_network = new(new byte[NetworkId.Length]);

    public string Name => "statement-file";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            StatementFile.Create(path, s_network);
            byte[] empty = File.ReadAllBytes(path);
            File.Delete(path);
            yield return empty;
            MemoryFile memory = new(empty);
            using StatementFile file = StatementFile.Open("a", s_network, memory);
            for (int i = 0; i < 4; i++)
            {
                file.Append([new byte[i * 20], new byte[] { 1, 2, 3 }]);
                yield return memory.Content;
                yield return [.. memory.Content, .. new byte[i]];
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        MemoryFile memory = new(input.ToArray());
        StatementFile file;
        try
        {
            file = StatementFile.Open("a", s_network, memory);
        }
        catch (StateDamagedException)
        {
            Oracle.Same(input, memory.Content, "a damaged file that was written to");
            return false;
        }

        int before = file.ReadAll().Count();
        Oracle.True(input.StartsWith(memory.Content), "more was changed than the tail cut off");
        Oracle.Equal(StoreOutcome.Ok, file.Append([new byte[] { 7 }]).Outcome, "the outcome of an append");
        Oracle.Equal(before + 1, StatementFile.Open("a", s_network, new MemoryFile(memory.Content)).ReadAll().Count(), "the statements after an append");
        return true;
    }

    private sealed class MemoryFile(byte[] content) : IStoreFile
    {
        private byte[] _content = (byte[])content.Clone();

        public byte[] Content => _content;

        public long Length => _content.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            int count = (int)Math.Clamp(_content.Length - offset, 0, buffer.Length);
            _content.AsSpan((int)offset, count).CopyTo(buffer);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            Array.Resize(ref _content, Math.Max(_content.Length, (int)offset + bytes.Length));
            bytes.CopyTo(_content.AsSpan((int)offset));
        }

        public void SetLength(long length) => Array.Resize(ref _content, (int)length);

        public void Flush()
        {
        }

        public void Dispose()
        {
        }
    }
}
