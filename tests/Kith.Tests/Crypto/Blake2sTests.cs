using Kith.Protocol.Crypto;

namespace Kith.Tests.Crypto;

public sealed class Blake2sTests
{
    [Fact]
    public void abc_hashes_to_the_value_of_rfc_7693_appendix_b()
    {
        byte[] hash = new byte[32];
        Blake2s.Hash("abc"u8, hash);
        Assert.Equal("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982", Hex.Text(hash));
    }

    [Fact]
    public void the_self_test_of_rfc_7693_appendix_e_passes()
    {
        // Hashes of six lengths of input at four lengths of output, each keyed and unkeyed, are hashed together into one value.
        int[] outputLengths = [16, 20, 28, 32];
        int[] inputLengths = [0, 3, 64, 65, 255, 1024];
        byte[] key = new byte[32];
        byte[] input = new byte[1024];
        byte[] hash = new byte[32];
        Blake2sState all = new(32);
        foreach (int outputLength in outputLengths)
        {
            Span<byte> result = hash.AsSpan(0, outputLength);
            foreach (int inputLength in inputLengths)
            {
                Span<byte> data = input.AsSpan(0, inputLength);
                FillFibonacci(data, (uint)inputLength);
                Blake2sState plain = new(outputLength);
                plain.Update(data);
                plain.Finish(result);
                all.Update(result);

                FillFibonacci(key.AsSpan(0, outputLength), (uint)outputLength);
                Blake2s.KeyedHash(key.AsSpan(0, outputLength), data, result);
                all.Update(result);
            }
        }

        all.Finish(hash);
        Assert.Equal("6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe", Hex.Text(hash));
    }

    [Theory]
    [InlineData(0, "48a8997da407876b3d79c0d92325ad3b89cbb754d86ab71aee047ad345fd2c49")]
    [InlineData(1, "40d15fee7c328830166ac3f918650f807e7e01e177258cdc0a39b11f598066f1")]
    public void keyed_hashes_match_the_authors_known_answers(int length, string expected)
    {
        byte[] key = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        byte[] data = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        byte[] mac = new byte[32];
        Blake2s.KeyedHash(key, data, mac);
        Assert.Equal(expected, Hex.Text(mac));
    }

    [Fact]
    public void input_in_pieces_of_any_size_hashes_like_input_in_one()
    {
        byte[] data = Enumerable.Range(0, 300).Select(i => (byte)(i * 7)).ToArray();
        byte[] expected = new byte[32];
        byte[] actual = new byte[32];
        for (int length = 0; length <= data.Length; length++)
        {
            Blake2s.Hash(data.AsSpan(0, length), expected);
            for (int piece = 1; piece <= 130; piece += 3)
            {
                Blake2sState state = new(32);
                for (int offset = 0; offset < length; offset += piece)
                {
                    state.Update(data.AsSpan(offset, Math.Min(piece, length - offset)));
                }

                state.Finish(actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Fact]
    public void a_copied_state_goes_its_own_way()
    {
        byte[] expected = new byte[32];
        byte[] actual = new byte[32];
        Blake2s.Hash("one two"u8, expected);
        Blake2sState state = new(32);
        state.Update("one "u8);
        Blake2sState copy = state;
        copy.Update("else"u8);
        state.Update("two"u8);
        state.Finish(actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void the_destination_may_be_the_input()
    {
        byte[] expected = new byte[32];
        byte[] data = new byte[32];
        Blake2s.Hash(data, "tail"u8, expected);
        Blake2s.Hash(data, "tail"u8, data);
        Assert.Equal(expected, data);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(33, 0)]
    [InlineData(32, 33)]
    public void lengths_outside_the_specification_are_refused(int hashBytes, int keyBytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Blake2sState(hashBytes, new byte[keyBytes]));

    private static void FillFibonacci(Span<byte> destination, uint seed)
    {
        uint a = 0xDEAD4BAD * seed;
        uint b = 1;
        foreach (ref byte value in destination)
        {
            uint sum = a + b;
            a = b;
            b = sum;
            value = (byte)(sum >> 24);
        }
    }
}
