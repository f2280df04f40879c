using System.Net;
using System.Security.Cryptography;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Shared;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BleepStore.Storage.AspNetCore.Tests.Downloads;

/// <summary>Large objects go through a server without being held by it.</summary>
public sealed class MemoryTests
{
    private const int MiB = 1024 * 1024;
    private const int Size = 100 * MiB;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-web-");

    [TearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [TestCase(HttpProtocols.Http1)]
    [TestCase(HttpProtocols.Http2)]
    public async Task A_hundred_mebibytes_go_up_and_down_in_flat_memory(HttpProtocols protocols)
    {
        if (!OperatingSystem.IsLinux())
        {
            Missing.EndTest("The memory of a process is read from /proc, which only Linux has.", isRequired: false);
        }

        using ServerProcess server = await ServerProcess.StartAsync(_folder.FullName, protocols);
        using var client = new HttpClient
        {
            BaseAddress = server.Address,
            DefaultRequestVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        // The first round trip loads the code, whose memory does not count.
        await RoundTripAsync(client, 10 * MiB);
        long before = server.PeakMemory;
        await RoundTripAsync(client, Size);

        Assert.That(server.PeakMemory - before, Is.LessThan(40 * MiB), $"from {before / MiB} MiB");
    }

    private static async Task RoundTripAsync(HttpClient client, int size)
    {
        using HttpResponseMessage put = await client.PutAsync("/files/body", new StreamContent(new Zeros(size)));
        put.EnsureSuccessStatusCode();
        using var form = new MultipartFormDataContent { { new StreamContent(new Zeros(size)), "f", "form" } };
        using HttpResponseMessage post = await client.PostAsync("/form", form);
        post.EnsureSuccessStatusCode();
        using HttpResponseMessage answer = await client.GetAsync("/files/body", HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await answer.Content.ReadAsStreamAsync();

        Assert.That(await SHA256.HashDataAsync(body), Is.EqualTo(await SHA256.HashDataAsync(new Zeros(size))));
        Assert.That(await post.Content.ReadAsStringAsync(), Is.EqualTo(await put.Content.ReadAsStringAsync()), "the ETag of equal bytes");
    }

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
