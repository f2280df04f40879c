extern alias WebFiles;

using System.Net;
using BleepStore.Storage;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using WebFilesProgram = WebFiles::Program;

namespace BleepStore.Samples.Tests.WebFiles;

/// <summary>A web application in an integration test, whose store is in memory and which is otherwise unchanged.</summary>
public sealed class FactoryTests
{
    [Test]
    public async Task An_application_serves_from_memory_what_its_test_has_stored()
    {
        await using var factory = new WebApplicationFactory<WebFilesProgram>().WithWebHostBuilder(static builder =>
            builder.ConfigureTestServices(static services => services.ReplaceBleepStore().UseInMemory()));
        using HttpClient client = factory.CreateClient();

        Bucket files = factory.Services.GetRequiredKeyedService<Bucket>("files");
        await files.PutTextAsync("a.txt", "from memory");

        Assert.That(await client.GetStringAsync(new Uri("/files/a.txt", UriKind.Relative)), Is.EqualTo("from memory"));
        using HttpResponseMessage missing = await client.GetAsync(new Uri("/files/b.txt", UriKind.Relative));
        Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => files.HeadAsync("b.txt")))!;
        Assert.That(error.Provider, Is.EqualTo("memory"));
    }
}
