using System.IO.Compression;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Decorators.Compression;

namespace BleepStore.Storage.Tests.Decorators.Compression;

public class DecompressedContentTests
{
    private static readonly byte[] Plain = [.. Enumerable.Range(0, 5000).Select(static number => (byte)(number % 7))];

    /// <summary>The checksum of gzip is in the last eight bytes, which are read after all bytes of the object are decoded.</summary>
    [Test]
    public async Task Bytes_that_were_decoded_before_the_body_broke_off_are_delivered_by_the_next_read([Values] bool isSynchronous)
    {
        byte[] stored = Compress();
        await using var content = new DecompressedContent(
            new FailingOnce(stored, stored.Length - 8), new CompressionRecord(CompressionRecord.Gzip, Plain.Length, stored.Length), from: 0);
        var read = new MemoryStream();
        byte[] buffer = new byte[Plain.Length];
        int failures = 0;
        while (read.Length < Plain.Length)
        {
            try
            {
                int count = isSynchronous ? content.Read(buffer) : await content.ReadAsync(buffer);
                Assert.That(count, Is.Positive);
                read.Write(buffer, 0, count);
            }
            catch (IOException)
            {
                failures++;
            }
        }

        Assert.That((read.ToArray().AsSpan().SequenceEqual(Plain), failures), Is.EqualTo((true, 1)));
        Assert.That(await content.ReadAsync(buffer), Is.Zero);
    }

    private static byte[] Compress()
    {
        var stored = new MemoryStream();
        using (var gzip = new GZipStream(stored, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Plain);
        }

        return stored.ToArray();
    }

    /// <summary>A body that fails once, before the byte at an offset, and then goes on.</summary>
    private sealed class FailingOnce(byte[] bytes, int at) : ReadOnlyStream
    {
        private int _position;
        private bool _hasFailed;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override int Read(Span<byte> buffer)
        {
            if (_position == at && !_hasFailed)
            {
                _hasFailed = true;
                throw new IOException("The connection broke off.");
            }

            int end = _hasFailed ? bytes.Length : at;
            int count = Math.Min(buffer.Length, end - _position);
            bytes.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}
