using BleepStore.Storage;
using BleepStore.Storage.NativeAot;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// The arguments are settings: --Store:Backend local --Store:RootPath data.
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddBleepStore()
    .UseConfiguration(builder.Configuration.GetSection("Store"), static backends => backends.Local().Azure().Aws())
    .CheckOnStart(new CheckOptions { ProbeWrite = true });

using IHost host = builder.Build();
await host.StartAsync();
ObjectStore store = host.Services.GetRequiredService<ObjectStore>();
int count = await new Checks(store).RunAsync();
await host.StopAsync();

string code = System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported ? "JIT" : "native";
await Console.Out.WriteLineAsync($"{count} checks passed on {builder.Configuration["Store:Backend"]}, {code} code.");
