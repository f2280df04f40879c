using System.Runtime.Versioning;
using BleepStore.Storage;
using BleepStore.Storage.Local;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's objects on the local disk. For Linux, and as a preview for Windows and macOS.</summary>
[UnsupportedOSPlatform("android")]
[UnsupportedOSPlatform("browser")]
[UnsupportedOSPlatform("ios")]
[UnsupportedOSPlatform("tvos")]
public static class BleepStoreLocalExtensions
{
    /// <summary>Keeps the store's objects on the local disk, under a folder.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="rootPath">The folder (<see cref="LocalBackendOptions.RootPath"/>).</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseLocal(this ObjectStoreBuilder builder, string rootPath) =>
        builder.UseLocal(options => options.RootPath = rootPath);

    /// <summary>Keeps the store's objects on the local disk.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. The options are checked when the application starts.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseLocal(this ObjectStoreBuilder builder, Action<LocalBackendOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        UseBackend(builder).Configure(configure);
        return builder;
    }

    /// <summary>Keeps the store's objects on the local disk, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">
    /// The section that has the options by their names. The options are checked when the application starts.
    /// </param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseLocal(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        UseBackend(builder).Bind(configuration);
        return builder.ExpectSettings<LocalBackendOptions>(configuration);
    }

    /// <summary>Offers the local disk to <see cref="ObjectStoreBuilder.UseConfiguration"/>, under the name <c>local</c>.</summary>
    /// <param name="choices">The backends offered.</param>
    public static BackendChoices Local(this BackendChoices choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices.Add<LocalBackendOptions>("local", static (builder, section) => builder.UseLocal(section));
    }

    private static string InContentRoot(string path, IServiceProvider services) =>
        path.Length > 0 && services.GetService<IHostEnvironment>() is { ContentRootPath: { Length: > 0 } root }
            ? Path.Combine(root, path)
            : path;

    private static OptionsBuilder<LocalBackendOptions> UseBackend(ObjectStoreBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<LocalBackendOptions>, LocalBackendOptionsValidator>());
        return builder.UseBackend<LocalBackendOptions>(static (_, options) => new LocalBackend(options))
            .PostConfigure<IServiceProvider>(static (options, services) => options.RootPath = InContentRoot(options.RootPath, services));
    }
}
