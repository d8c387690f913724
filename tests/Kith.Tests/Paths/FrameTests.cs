using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Wire;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths;

public sealed class FrameTests
{
    private static byte[] Encode(PathPing ping)
    {
        byte[] frame = new byte[ping.ByteCount];
        Assert.Equal(frame.Length, ping.Encode(frame));
        return frame;
    }

    private static byte[] Encode(PathPong pong)
    {
        byte[] frame = new byte[PathPong.BytesMax];
        return frame[..pong.Encode(frame)];
    }

    private static byte[] Encode(CallMe callMe)
    {
        byte[] frame = new byte[CallMe.BytesMax];
        return frame[..callMe.Encode(frame)];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(1430)]
    [InlineData(PathPing.PaddingBytesMax)]
    public void ping_reads_back(int padding)
    {
        PathPing ping = new(0x0102030405060708, 0x80, padding);
        Assert.True(PathPing.TryDecode(Encode(ping), out PathPing read));
        Assert.Equal(ping, read);
    }

    [Fact]
    public void ping_with_anything_but_zeros_behind_it_is_refused()
    {
        byte[] frame = Encode(new PathPing(1, 0, 20));
        frame[^1] = 1;
        Assert.False(PathPing.TryDecode(frame, out _));
        Assert.False(PathPing.TryDecode(Encode(new PathPing(1, 0, PathPing.PaddingBytesMax + 1)), out _));
    }

    [Theory]
    [InlineData("192.0.2.1:65535")]
    [InlineData("[2001:db8::1]:5484")]
    public void pong_reads_back_even_when_the_session_padded_it(string observed)
    {
        PathPong pong = new(ulong.MaxValue, WhereaboutsTests.Endpoint(observed));
        byte[] frame = Encode(pong);
        for (int padding = 0; padding < 16; padding++)
        {
            Assert.True(PathPong.TryDecode([.. frame, .. new byte[padding]], out PathPong read));
            Assert.Equal(pong, read);
        }

        Assert.False(PathPong.TryDecode([.. frame, .. new byte[16]], out _));
        Assert.False(PathPong.TryDecode([.. frame, 1], out _));
        Assert.False(PathPong.TryDecode(frame.AsSpan(0, frame.Length - 1), out _));
    }

    [Fact]
    public void scope_is_never_sent()
    {
        PathPong pong = new(1, WhereaboutsTests.Endpoint("[fe80::1%7]:5484"));
        Assert.True(PathPong.TryDecode(Encode(pong), out PathPong read));
        Assert.Equal(0u, read.Observed.Scope);
    }

    [Fact]
    public void ipv4_written_as_ipv6_is_refused()
    {
        byte[] frame = [0x11, 0, 0, 0, 0, 0, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1, 0x15, 0x6C];
        Assert.False(PathPong.TryDecode(frame, out _));
    }

    [Fact]
    public void call_of_the_most_candidates_reads_back_and_one_more_is_refused()
    {
        Candidate[] candidates = [.. Enumerable.Range(1, Candidate.CountMax).Select(static i => new Candidate(CandidateKind.Mapped, WhereaboutsTests.Endpoint($"[2001:db8::{i}]:{i}")))];
        byte[] frame = Encode(new CallMe(candidates));
        Assert.Equal(CallMe.BytesMax - EndpointField.BytesMax + 1, frame.Length);
        Assert.True(CallMe.TryDecode([.. frame, 0, 0], out CallMe? read));
        Assert.Equal(candidates, read.Candidates);

        frame[7]++;
        Assert.False(CallMe.TryDecode([.. frame, .. frame.AsSpan(8, Candidate.BytesMax)], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CallMe([.. candidates, candidates[0]]));
    }

    [Fact]
    public void call_to_loopback_or_multicast_is_refused()
    {
        foreach (string text in new[] { "127.0.0.1:80", "224.0.0.251:5353", "0.0.0.0:1", "255.255.255.255:9", "192.0.2.1:0", "[ff02::fb]:5353", "[::1]:22" })
        {
            byte[] frame = Encode(new CallMe([new Candidate(CandidateKind.Lan, WhereaboutsTests.Endpoint(text))]));
            Assert.False(CallMe.TryDecode(frame, out _), text);
        }
    }

    [Theory]
    [InlineData("203.0.113.9:40001", -3)]
    [InlineData("[2001:db8::9]:1", 1)]
    [InlineData(null, 0)]
    public void call_reads_back_with_all_it_says_of_the_translator(string? outside, short step)
    {
        CallMe call = new([new Candidate(CandidateKind.Observed, WhereaboutsTests.Endpoint("192.0.2.1:5484"))])
        {
            IsAnswer = step > 0, Round = 200, Nat = NatClass.Stepping, Step = step, Outside = outside is null ? null : WhereaboutsTests.Endpoint(outside),
        };
        byte[] frame = Encode(call);
        Assert.True(CallMe.TryDecode([.. frame, 0], out CallMe? read));
        Assert.Equal(call.Candidates, read.Candidates);
        Assert.Equal((call.IsAnswer, call.Round, call.Nat, call.Step, call.Outside), (read.IsAnswer, read.Round, read.Nat, read.Step, read.Outside));
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.False(CallMe.TryDecode(frame.AsSpan(0, length), out _));
        }

        frame[1] |= 2;
        Assert.False(CallMe.TryDecode(frame, out _));
    }

    [Fact]
    public void call_with_an_outside_endpoint_that_leads_to_ourselves_is_refused()
    {
        foreach (string text in new[] { "127.0.0.1:80", "224.0.0.251:5353", "192.0.2.1:0", "[100::1]:7" })
        {
            Assert.False(CallMe.TryDecode(Encode(new CallMe([]) { Outside = WhereaboutsTests.Endpoint(text) }), out _), text);
        }
    }

    [Fact]
    public void witness_frames_read_back_and_are_refused_when_cut_short()
    {
        byte[] ask = new byte[WitnessAsk.Length];
        Assert.Equal(ask.Length, new WitnessAsk(ulong.MaxValue - 1).Encode(ask));
        Assert.True(WitnessAsk.TryDecode([.. ask, .. new byte[7]], out WitnessAsk readAsk));
        Assert.Equal(ulong.MaxValue - 1, readAsk.Member);
        Assert.False(WitnessAsk.TryDecode([.. ask, 1], out _));

        Witness witness = new(5, WhereaboutsTests.Endpoint("203.0.113.9:40001"));
        byte[] buffer = new byte[Witness.BytesMax];
        byte[] said = buffer[..witness.Encode(buffer)];
        Assert.True(Witness.TryDecode([.. said, 0], out Witness read));
        Assert.Equal(witness, read);
        Assert.False(Witness.TryDecode([.. said, .. new byte[16]], out _));
        for (int length = 0; length < said.Length; length++)
        {
            Assert.False(Witness.TryDecode(said.AsSpan(0, length), out _));
            Assert.False(WitnessAsk.TryDecode(ask.AsSpan(0, Math.Min(length, ask.Length - 1)), out _));
        }
    }

    [Fact]
    public void goodbye_reads_back_even_when_the_session_padded_it_and_nothing_else_is_one()
    {
        byte[] frame = new byte[Goodbye.Length];
        Assert.Equal(frame.Length, Goodbye.Encode(frame));
        for (int padding = 0; padding < 16; padding++)
        {
            Assert.True(Goodbye.TryDecode([.. frame, .. new byte[padding]], out _));
        }

        Assert.False(Goodbye.TryDecode([.. frame, .. new byte[16]], out _));
        Assert.False(Goodbye.TryDecode([], out _));
        byte[] padded = [.. frame, .. new byte[15]];
        for (int bit = 0; bit < padded.Length * 8; bit++)
        {
            padded[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Goodbye.TryDecode(padded, out _));
            padded[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void vectors_of_the_protocol_document()
    {
        Assert.Equal("16", Convert.ToHexStringLower(((byte[])[(byte)FrameType.Goodbye])[..Goodbye.Encode(new byte[Goodbye.Length])]));
        Assert.Equal("1000" + "0102030405060708" + "000000000000", Convert.ToHexStringLower(Encode(new PathPing(0x0102030405060708, 0, 6))));
        Assert.Equal("11" + "0102030405060708" + "04c0000201156c", Convert.ToHexStringLower(Encode(new PathPong(0x0102030405060708, WhereaboutsTests.Endpoint("192.0.2.1:5484")))));
        Assert.Equal("120000000000" + "00" + "02" + "0104c0a80102156c" + "020620010db8000000000000000000000001156c", Convert.ToHexStringLower(Encode(new CallMe(
            [new Candidate(CandidateKind.Lan, WhereaboutsTests.Endpoint("192.168.1.2:5484")), new Candidate(CandidateKind.GlobalV6, WhereaboutsTests.Endpoint("[2001:db8::1]:5484"))]))));
        Assert.Equal("1201" + "07" + "06" + "fffe" + "04cb0071099c41" + "00", Convert.ToHexStringLower(Encode(new CallMe([])
        {
            IsAnswer = true, Round = 7, Nat = NatClass.Stepping, Step = -2, Outside = WhereaboutsTests.Endpoint("203.0.113.9:40001"),
        })));
        byte[] buffer = new byte[Witness.BytesMax];
        Assert.Equal("14" + "0102030405060708", Convert.ToHexStringLower(buffer[..new WitnessAsk(0x0102030405060708).Encode(buffer)]));
        Assert.Equal("15" + "0102030405060708" + "04cb0071099c41", Convert.ToHexStringLower(buffer[..new Witness(0x0102030405060708, WhereaboutsTests.Endpoint("203.0.113.9:40001")).Encode(buffer)]));
    }
}
