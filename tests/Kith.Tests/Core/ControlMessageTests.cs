using Kith.Protocol.Core.Control;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>The vectors of docs/protocol/80-control.md.</summary>
public sealed class ControlMessageTests
{
    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, 32)];

    [Fact]
    public void hello_is_written_as_documented()
    {
        byte[] body = new byte[HelloMessage.BodyBytes];
        HelloMessage hello = new(1, new NetworkId(Filled(0x11)), StreamPurpose.Join, new NodeId(Filled(0x22)));
        Assert.Equal(0x43, hello.Encode(body));
        Assert.Equal("0001" + new string('1', 64) + "01" + new string('2', 64), Convert.ToHexStringLower(body));
        Assert.True(HelloMessage.TryDecode(body, out HelloMessage read));
        Assert.Equal(hello, read);
    }

    [Fact]
    public void secret_is_written_as_documented()
    {
        byte[] body = new byte[SecretMessage.BodyBytes];
        SecretMessage message = new(new NetworkSecret(7, new Bytes32(Filled(0x33))));
        Assert.Equal(0x24, message.Encode(body));
        Assert.Equal("00000007" + new string('3', 64), Convert.ToHexStringLower(body));
        Assert.True(SecretMessage.TryDecode(body, out SecretMessage read));
        Assert.Equal(message, read);
    }

    [Fact]
    public void hello_of_another_length_or_purpose_is_refused()
    {
        byte[] body = new byte[HelloMessage.BodyBytes + 1];
        new HelloMessage(1, new NetworkId(Filled(1)), StreamPurpose.Synchronize, new NodeId(Filled(2))).Encode(body);
        for (int length = 0; length <= body.Length; length++)
        {
            Assert.Equal(length == HelloMessage.BodyBytes, HelloMessage.TryDecode(body.AsSpan(0, length), out _));
        }

        body[34] = 2;
        Assert.False(HelloMessage.TryDecode(body.AsSpan(0, HelloMessage.BodyBytes), out _));
    }

    [Fact]
    public void longest_body_holds_the_largest_statement() =>
        Assert.Equal(MembershipLimits.StatementBytesMax + 64, ControlConstants.BodyBytesMax);
}
