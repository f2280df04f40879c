using System.Net.Http.Headers;
using System.Security.Cryptography;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.AspNetCore.Tests.Downloads;

/// <summary>Large objects go through a server without being held by it.</summary>
public sealed class MemoryTests
{
    private const int MiB = 1024 * 1024;
    private const int Size = 100 * MiB;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-web-");

    [TearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [Test]
    public async Task A_hundred_mebibytes_go_up_and_down_in_flat_memory()
    {
        if (!OperatingSystem.IsLinux())
        {
            Missing.EndTest("The memory of a process is read from /proc, which only Linux has.", isRequired: false);
        }

        using ServerProcess server = await ServerProcess.StartAsync(_folder.FullName);
        using var client = new HttpClient { BaseAddress = server.Address };
        byte[] hash = HashOf(Size);

        // The first round trip loads the code, whose memory does not count.
        await RoundTripAsync(client, 10 * MiB, HashOf(10 * MiB));
        long before = server.PeakMemory;
        await RoundTripAsync(client, Size, hash);

        Assert.That(server.PeakMemory - before, Is.LessThan(40 * MiB), $"from {before / MiB} MiB");
    }

    private static async Task RoundTripAsync(HttpClient client, int size, byte[] hash)
    {
        using (HttpResponseMessage put = await client.PutAsync("/files/body", new StreamContent(new Zeros(size))))
        {
            put.EnsureSuccessStatusCode();
        }

        using var form = new MultipartFormDataContent { { new StreamContent(new Zeros(size)), "f", "form" } };
        using (HttpResponseMessage post = await client.PostAsync("/form", form))
        {
            post.EnsureSuccessStatusCode();
        }

        foreach (string key in new[] { "body", "form" })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"/files/{key}");
            request.Headers.Range = new RangeHeaderValue(0, null);
            using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using Stream body = await answer.Content.ReadAsStreamAsync();
            Assert.That(await SHA256.HashDataAsync(body), Is.EqualTo(hash), key);
        }
    }

    private static byte[] HashOf(int size) => SHA256.HashData(new Zeros(size));

    private sealed class Zeros(int size) : ReadOnlyStream
    {
        private int _left = size;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span));

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, _left);
            buffer[..count].Clear();
            _left -= count;
            return count;
        }
    }
}
