using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Tests.Shared.Network;

/// <summary>Reads HTTP/1.1 messages off one side of a connection, byte for byte as they came.</summary>
internal sealed class HttpMessageReader(Stream side)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <returns>The head of the next message; nothing where the connection has ended before it.</returns>
    public async Task<HttpHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        using var head = new MemoryStream();
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            head.Write(line);
            if (head.Length > 2 && line is [(byte)'\r', (byte)'\n'])
            {
                string[] lines = Encoding.Latin1.GetString(head.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
                string[] words = lines[0].Split(' ');
                return new HttpHead(head.ToArray(), words[0], words[1], lines[1..]);
            }
        }

        return null;
    }

    /// <summary>Hands a message's body on.</summary>
    public async Task CopyBodyAsync(HttpHead head, bool isAnswer, Stream destination, CancellationToken cancellationToken)
    {
        if (head.AnswersHead || (isAnswer && head.Second is "204" or "304"))
        {
            return;
        }

        if (head.IsChunked)
        {
            await CopyChunksAsync(destination, cancellationToken);
        }
        else if (head.ContentLength is { } length)
        {
            await CopyAsync(length, destination, cancellationToken);
        }
        else if (isAnswer)
        {
            await CopyAsync(long.MaxValue, destination, cancellationToken);
        }
    }

    private async Task CopyChunksAsync(Stream destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            byte[] line = await ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException();
            await destination.WriteAsync(line, cancellationToken);
            long size = long.Parse(
                Encoding.ASCII.GetString(line).Split(';')[0].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size > 0)
            {
                // With the line break behind the chunk.
                await CopyAsync(size + 2, destination, cancellationToken);
                continue;
            }

            do
            {
                line = await ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException();
                await destination.WriteAsync(line, cancellationToken);
            }
            while (line.Length > 2);
            return;
        }
    }

    private async Task CopyAsync(long length, Stream destination, CancellationToken cancellationToken)
    {
        while (length > 0 && (_start < _end || await FillAsync(cancellationToken)))
        {
            int count = (int)Math.Min(length, _end - _start);
            await destination.WriteAsync(_buffer.AsMemory(_start, count), cancellationToken);
            _start += count;
            length -= count;
        }
    }

    private async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        while (_start < _end || await FillAsync(cancellationToken))
        {
            int at = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            int count = (at < 0 ? _end : at + 1) - _start;
            line.Write(_buffer, _start, count);
            _start += count;
            if (at >= 0)
            {
                return line.ToArray();
            }
        }

        return null;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await side.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }
}
