using System.Net;
using System.Text.Json;
using BleepStore.Storage.AspNetCore.Problems;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.AspNetCore.Tests.Problems;

/// <summary>How failures of a store are told to clients.</summary>
public sealed class ProblemDetailsTests
{
    private StorageException? _thrown;

    [Test]
    public async Task A_failure_of_a_store_is_told_by_its_code_alone(
        [ValueSource(nameof(Codes))] StorageErrorCode code, [Values("GET", "HEAD", "PUT")] string method)
    {
        await using WebApp app = await StartAsync();
        _thrown = new StorageException(code, "The secret reason.", new InvalidOperationException("secret"))
        {
            ProviderCode = "SecretCode",
            RequestId = "secret-id",
            Status = 418,
        };

        using HttpResponseMessage answer = await app.SendAsync(new HttpMethod(method), "/");

        StorageProblem expected = method == "PUT" ? StorageProblem.Of(code) : StorageProblem.OfRead(code);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(expected.Status));
        Assert.That(body, Does.Not.Contain("ecret"));
        Assert.That(answer.Headers.RetryAfter is not null, Is.EqualTo(_thrown.IsTransient));
        if (code == StorageErrorCode.NotModified || method == "HEAD")
        {
            Assert.That(body, Is.Empty);
            return;
        }

        using JsonDocument problem = JsonDocument.Parse(body);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(problem.RootElement.GetProperty("status").GetInt32(), Is.EqualTo(expected.Status));
            Assert.That(problem.RootElement.GetProperty("code").GetString(), Is.EqualTo(code.ToString()));
            Assert.That(problem.RootElement.GetProperty("detail").GetString(), Is.EqualTo(expected.Detail));
            Assert.That(problem.RootElement.GetProperty("title").GetString(), Is.Not.Empty);
            Assert.That(problem.RootElement.TryGetProperty("outcomeUnknown", out _), Is.False);
        });
    }

    [Test]
    public async Task The_wait_that_the_upstream_asks_for_is_passed_on_in_whole_seconds()
    {
        await using WebApp app = await StartAsync();
        _thrown = new StorageException(StorageErrorCode.SlowDown, "Slower.") { RetryAfter = TimeSpan.FromSeconds(2.1) };

        using HttpResponseMessage answer = await app.GetAsync("/");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(answer.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public async Task A_write_of_unknown_outcome_says_so()
    {
        await using WebApp app = await StartAsync();
        _thrown = new StorageException(StorageErrorCode.RequestTimeout, "Late.") { IsOutcomeUnknown = true };

        using HttpResponseMessage answer = await app.GetAsync("/");

        using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.That(problem.RootElement.GetProperty("outcomeUnknown").GetBoolean(), Is.True);
    }

    [Test]
    public async Task A_range_past_the_end_tells_the_size()
    {
        await using WebApp app = await StartAsync();
        _thrown = new StorageException(StorageErrorCode.InvalidRange, "Past.") { ObjectSize = 10 };
        using HttpResponseMessage range = await app.GetAsync("/");

        Assert.That(range.Content.Headers.ContentRange!.ToString(), Is.EqualTo("bytes */10"));
    }

    [Test]
    public async Task Other_failures_are_left_to_the_application()
    {
        await using WebApp app = await StartAsync();

        using HttpResponseMessage answer = await app.GetAsync("/other");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("code"));
    }

    [TestCase(StorageErrorCode.BadDigest)]
    [TestCase(StorageErrorCode.IncompleteBody)]
    public void Damaged_bytes_of_the_store_are_no_fault_of_a_client_that_reads(StorageErrorCode code)
    {
        Assert.That(StorageProblem.OfRead(code), Is.EqualTo(new StorageProblem(500, "The stored object is damaged.")));
        Assert.That(StorageProblem.Of(code).Status, Is.EqualTo(400));
    }

    [Test]
    public void The_page_has_the_table_of_the_code()
    {
        string[] page = File.ReadAllLines(RepositoryFolder.Find("docs/web.md"));
        IEnumerable<string> rows = page
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(static cells => Enum.TryParse<StorageErrorCode>(cells[1].Trim('`'), out _))
            .Select(static cells => $"{cells[1].Trim('`')} {cells[2]} {cells[3]}");

        Assert.That(
            rows,
            Is.EquivalentTo(Codes().Select(static code => $"{code} {StorageProblem.Of(code).Status} {StorageProblem.Of(code).Detail}")));
    }

    private static StorageErrorCode[] Codes() => Enum.GetValues<StorageErrorCode>();

    private Task<WebApp> StartAsync() => WebApp.StartAsync(
        app =>
        {
            app.UseExceptionHandler();
            app.Map("/", (RequestDelegate)(_ => throw _thrown!));
            app.MapGet("/other", (RequestDelegate)(static _ => throw new InvalidOperationException("secret")));
        },
        static (builder, _) => builder.Services.AddBleepStoreProblemDetails());
}
