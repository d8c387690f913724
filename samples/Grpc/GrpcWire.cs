using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Grpc;

/// <summary>
/// gRPC over HTTP/2 for messages of one text field (<c>message Text { string text = 1; }</c>): each message has a byte for compression and four for its length in
/// front, and the status comes in the trailers.
/// </summary>
internal static class GrpcWire
{
    private const int MessageBytesMax = 4 << 20;
    private const byte TextField = (1 << 3) | 2;

    public static async Task ServeAsync(HttpContext context, Func<HttpContext, string, IEnumerable<string>> answer)
    {
        context.Response.ContentType = "application/grpc";
        string request = await ReadAsync(context.Request.Body, context.RequestAborted) ?? string.Empty;
        foreach (string text in answer(context, request))
        {
            await WriteAsync(context.Response.Body, text, context.RequestAborted);
        }

        context.Response.AppendTrailer("grpc-status", "0");
    }

    public static async IAsyncEnumerable<string> CallAsync(HttpClient client, string method, string text)
    {
        using MemoryStream body = new();
        await WriteAsync(body, text, CancellationToken.None);
        using HttpRequestMessage request = new(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            Headers = { TE = { new TransferCodingWithQualityHeaderValue("trailers") } },
        };
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using Stream answers = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
        while (await ReadAsync(answers, CancellationToken.None) is { } answer)
        {
            yield return answer;
        }

        string status = response.TrailingHeaders.TryGetValues("grpc-status", out IEnumerable<string>? values) ? values.Single() : "missing";
        if (status != "0")
        {
            throw new IOException($"The call failed: status {status}.");
        }
    }

    private static async Task<string?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] head = new byte[5];
        int length = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        if (length == 0)
        {
            return null;
        }

        uint bytes = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(1));
        if (length < head.Length || head[0] != 0 || bytes > MessageBytesMax)
        {
            throw new InvalidDataException("No message of gRPC, or a compressed one.");
        }

        byte[] message = new byte[bytes];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return Decode(message);
    }

    private static async Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken)
    {
        using MemoryStream message = new();
        byte[] value = Encoding.UTF8.GetBytes(text);
        message.WriteByte(TextField);
        using (BinaryWriter writer = new(message, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write7BitEncodedInt(value.Length);
        }

        message.Write(value);
        byte[] head = new byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(1), (uint)message.Length);
        await stream.WriteAsync(head.Concat(message.ToArray()).ToArray(), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private static string Decode(byte[] message)
    {
        if (message.Length == 0)
        {
            return string.Empty;
        }

        using BinaryReader reader = new(new MemoryStream(message));
        return reader.ReadByte() == TextField ? Encoding.UTF8.GetString(reader.ReadBytes(reader.Read7BitEncodedInt())) : throw new InvalidDataException("Another message was expected.");
    }
}
