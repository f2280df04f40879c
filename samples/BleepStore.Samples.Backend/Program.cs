using System.Text;
using BleepStore.Samples.Backend.Service;
using BleepStore.Storage;
using Microsoft.Extensions.DependencyInjection;

// The service runs inside this process. A real one has an address, and needs no handler.
using var service = new DepotService();
var services = new ServiceCollection();
services.AddBleepStore().UseDepot(options => options.ServiceUrl = new Uri("http://depot.example/"), _ => service);

await using ServiceProvider provider = services.BuildServiceProvider();
ObjectStore store = provider.GetRequiredService<ObjectStore>();
Bucket bucket = await store.CreateBucketAsync("reports");

var options = new PutOptions { ContentType = "text/plain", Metadata = new Dictionary<string, string> { ["author"] = "Zoë" } };
ObjectProperties put = await bucket.PutAsync("2026/../summary.txt", Encoding.UTF8.GetBytes("Hello"), options);
Console.WriteLine($"Put {put.Key}: {put.Size} bytes, ETag {put.ETag}, revision {put.Revision}.");

await using (ObjectReader reader = await bucket.GetAsync(put.Key))
{
    Console.WriteLine($"Got '{Encoding.UTF8.GetString(await reader.ReadAllAsync())}' by {reader.Properties.Metadata["author"]}.");
}

try
{
    await bucket.PutAsync(put.Key, Encoding.UTF8.GetBytes("Other"), new PutOptions { IfAbsent = true });
}
catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
{
    Console.WriteLine($"Refused as it should be: {error.Message}");
}

await bucket.MoveAsync(put.Key, "summary.txt");
await foreach (ListEntry entry in bucket.ListAsync())
{
    Console.WriteLine($"Listed {entry.Key}: {entry.Size} bytes.");
}
