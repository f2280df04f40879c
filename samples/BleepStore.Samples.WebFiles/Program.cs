using System.Security.Cryptography;
using BleepStore.Samples.WebFiles;
using BleepStore.Storage;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
IConfigurationSection section = builder.Configuration.GetSection("Store");

// "Backend" selects the backend, which is local, azure or aws. Nothing else in this program knows it.
ObjectStoreBuilder stores = builder.Services.AddBleepStore()
    .UseConfiguration(section, b => b.Local().Azure().Aws())
    .CreateBuckets("files")
    .AddBucket("files");
bool isLocal = string.Equals(section["Backend"], "local", StringComparison.OrdinalIgnoreCase);
if (isLocal)
{
    // A disk signs no URLs, so they lead to this program. The page gets only their path, so they work on every address of this program. A
    // new key at every start ends the links of the last run.
    stores.Configure(o =>
    {
        o.Links.BaseUrl = new Uri("http://localhost/links");
        o.Links.Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    });
}

builder.Services.AddBleepStoreProblemDetails();
builder.Services.AddAntiforgery(o => o.HeaderName = "X-CSRF-TOKEN");

WebApplication app = builder.Build();
ObjectStore store = app.Services.GetRequiredService<ObjectStore>();
Bucket files = app.Services.GetRequiredKeyedService<Bucket>("files");

app.UseExceptionHandler();
app.UseDefaultFiles();
app.UseStaticFiles();
app.UseAntiforgery();
app.MapObjects("/files", files);
if (isLocal || section["Links:BaseUrl"] is not null)
{
    app.MapObjectLinks("/links", store, new ObjectLinkOptions { MaxUploadLength = ObjectStoreOptions.MaximumPartSize });
}

FilesApi.Map(app.MapGroup("/api"), files, store.Capabilities, isLocal);
await app.RunAsync();
