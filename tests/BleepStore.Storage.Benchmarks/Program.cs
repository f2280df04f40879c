using System.CommandLine;
using BleepStore.Storage.Benchmarks;

return await Commands.Create().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
