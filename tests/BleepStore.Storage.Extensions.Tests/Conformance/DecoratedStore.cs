using System.Reflection;
using BleepStore.Storage.Backends;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

/// <summary>Makes a store with decorators, as dependency injection does it.</summary>
internal static class DecoratedStore
{
    /// <param name="backend">The backend.</param>
    /// <param name="decorate">Adds the decorators.</param>
    /// <param name="options">The options of the store.</param>
    /// <param name="time">The clock.</param>
    public static ObjectStore Create(
        StorageBackend backend, Action<ObjectStoreBuilder> decorate, ObjectStoreOptions? options, TimeProvider? time)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        ObjectStoreBuilder builder = services.AddBleepStore();
        builder.UseBackend<Unused>((_, _) => backend);
        decorate(builder);
        if (options is not null)
        {
            builder.Configure(to => Copy(options, to));
        }

        // The store owns its decorators. Nothing else in the container is to be disposed.
        return services.BuildServiceProvider().GetRequiredService<ObjectStore>();
    }

    private static void Copy(ObjectStoreOptions from, ObjectStoreOptions to)
    {
        foreach (PropertyInfo property in typeof(ObjectStoreOptions).GetProperties().Where(static property => property.CanWrite))
        {
            property.SetValue(to, property.GetValue(from));
        }
    }

    public sealed class Unused;
}
