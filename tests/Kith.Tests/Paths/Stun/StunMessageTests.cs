using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Wire;
using Kith.Tests.Core;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths.Stun;

public sealed class StunMessageTests
{
    // RFC 5769 sections 2.1 to 2.3.
    private const string SampleRequest =
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
        + "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";

    private const string SampleV4Response =
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
        + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96";

    private const string SampleV6Response =
        "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        + "00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c";

    private static readonly StunTransactionId s_sampleId = new(0xB7E7A701, 0xBC34D686FA87DFAE);

    private static StunMessage Full => new()
    {
        Type = StunMessageType.BindingResponse,
        TransactionId = s_sampleId,
        Software = "someone",
        XorMapped = WhereaboutsTests.Endpoint("192.0.2.1:32853"),
        PlainMapped = WhereaboutsTests.Endpoint("[2001:db8::1]:5484"),
        Other = WhereaboutsTests.Endpoint("192.0.2.2:3479"),
        HasFingerprint = true,
    };

    private static byte[] Encode(StunMessage message)
    {
        byte[] buffer = new byte[StunMessage.BytesMax];
        return buffer[..message.Encode(buffer)];
    }

    [Fact]
    public void the_sample_request_of_rfc_5769_is_read_and_what_is_not_ours_is_named()
    {
        Assert.True(StunMessage.TryDecode(Convert.FromHexString(SampleRequest), out StunMessage? read));
        Assert.Equal(StunMessageType.BindingRequest, read.Type);
        Assert.Equal(s_sampleId, read.TransactionId);
        Assert.Equal("STUN test client", read.Software);
        Assert.True(read.HasFingerprint);
        Assert.Equal([(ushort)0x0024], read.UnknownRequired);
    }

    [Theory]
    [InlineData(SampleV4Response, "192.0.2.1:32853")]
    [InlineData(SampleV6Response, "[2001:db8:1234:5678:11:2233:4455:6677]:32853")]
    public void the_sample_responses_of_rfc_5769_are_read(string sample, string mapped)
    {
        Assert.True(StunMessage.TryDecode(Convert.FromHexString(sample), out StunMessage? read));
        Assert.Equal(StunMessageType.BindingResponse, read.Type);
        Assert.Equal(s_sampleId, read.TransactionId);
        Assert.Equal("test vector", read.Software);
        Assert.Equal(WhereaboutsTests.Endpoint(mapped), read.Mapped);
        Assert.True(read.HasFingerprint);
        Assert.Empty(read.UnknownRequired);
    }

    [Theory]
    [InlineData(SampleRequest)]
    [InlineData(SampleV4Response)]
    [InlineData(SampleV6Response)]
    public void a_flipped_bit_anywhere_is_noticed_by_the_fingerprint(string sample)
    {
        byte[] message = Convert.FromHexString(sample);
        for (int bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));

            // A flip that turns the fingerprint into another optional attribute leaves a message without one.
            Assert.False(StunMessage.TryDecode(message, out StunMessage? read) && read.HasFingerprint);
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void no_truncated_message_is_read()
    {
        byte[] message = Encode(Full);
        for (int length = 0; length < message.Length; length++)
        {
            Assert.False(StunMessage.TryDecode(message.AsSpan(0, length), out _));
        }

        Assert.False(StunMessage.TryDecode([.. message, 0, 0, 0, 0], out _));
    }

    [Fact]
    public void every_field_reads_back()
    {
        Assert.True(StunMessage.TryDecode(Encode(Full), out StunMessage? read));
        Assert.Equal(Full with { UnknownRequired = read.UnknownRequired }, read);
        StunMessage refusal = new() { Type = StunMessageType.BindingError, TransactionId = s_sampleId, ErrorCode = 420, Change = StunSpecification.ChangeAddress };
        Assert.True(StunMessage.TryDecode(Encode(refusal), out read));
        Assert.Equal(refusal with { UnknownRequired = read.UnknownRequired }, read);
    }

    [Fact]
    public void what_we_ask_is_these_bytes()
    {
        StunMessage question = new() { Type = StunMessageType.BindingRequest, TransactionId = s_sampleId, HasFingerprint = true };
        Assert.Equal("000100082112a442b7e7a701bc34d686fa87dfae80280004fdf6ae02", Convert.ToHexStringLower(Encode(question)));
        Assert.Equal(
            "000100102112a442b7e7a701bc34d686fa87dfae000300040000000680280004", Convert.ToHexStringLower(Encode(question with { Change = 6 }))[..^8]);
    }

    [Fact]
    public void the_longest_message_fits_and_longer_ones_are_not_read()
    {
        StunMessage longest = Full with { Software = new string('x', StunMessage.SoftwareBytesMax) };
        Assert.True(StunMessage.TryDecode(Encode(longest), out StunMessage? read));
        Assert.Equal(longest.Software, read.Software);
        byte[] tooLong = new byte[StunMessage.BytesMax + 4];
        Encode(new StunMessage { Type = StunMessageType.BindingResponse, TransactionId = s_sampleId }).CopyTo(tooLong, 0);
        tooLong[2] = (byte)((tooLong.Length - 20) >> 8);
        tooLong[3] = (byte)(tooLong.Length - 20);
        Assert.True(StunMessage.IsStun(tooLong));
        Assert.False(StunMessage.TryDecode(tooLong, out _));
    }

    [Fact]
    public void unknown_attributes_are_listed_up_to_a_maximum_and_optional_ones_are_not()
    {
        byte[] message = Encode(new StunMessage { Type = StunMessageType.BindingResponse, TransactionId = s_sampleId });
        byte[] unknown = [.. Enumerable.Range(0, 40).SelectMany(i => new byte[] { 0x7F, (byte)i, 0, 0, 0xFF, (byte)i, 0, 0 })];
        message = [.. message, .. unknown];
        message[3] = (byte)unknown.Length;
        message[2] = (byte)(unknown.Length >> 8);
        Assert.True(StunMessage.TryDecode(message, out StunMessage? read));
        Assert.Equal(Enumerable.Range(0x7F00, StunMessage.UnknownMax), read.UnknownRequired.Select(type => (int)type));
    }

    [Fact]
    public void nothing_else_on_the_socket_looks_like_stun()
    {
        TestRandom random = new(3);
        for (byte type = 1; type <= 4; type++)
        {
            byte[] tunnel = new byte[148];
            random.Fill(tunnel);
            new byte[] { type, 0, 0, 0 }.CopyTo(tunnel, 0);
            Assert.False(StunMessage.IsStun(tunnel));
        }
    }
}
