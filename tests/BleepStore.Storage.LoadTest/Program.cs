using BleepStore.Storage.LoadTest;

if (LoadOptions.TryParse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(LoadOptions.Usage);
    return 2;
}

LoadReport report = await Load.RunAsync(options);
await Console.Out.WriteLineAsync(report.ToString());
return report.Failures == 0 ? 0 : 1;
