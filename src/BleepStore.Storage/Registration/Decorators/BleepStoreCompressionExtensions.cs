using BleepStore.Storage;
using BleepStore.Storage.Decorators.Compression;
using BleepStore.Storage.Registration.Decorators;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Compresses the objects of a store.</summary>
public static class BleepStoreCompressionExtensions
{
    /// <summary>
    /// Compresses objects that are worth it, and decompresses them when they are read. Callers see the original object. The stored object
    /// carries <c>Content-Encoding</c>, so browsers and other tools read it, too.
    /// </summary>
    /// <remarks>
    /// ETags and the sizes of listings are those of the stored bytes. A range of a compressed object fails with
    /// <see cref="StorageErrorCode.NotSupported"/>, unless it is the whole. Objects above
    /// <see cref="ObjectStoreOptions.MultipartThreshold"/> and explicit uploads are stored as they are. Objects that were stored without
    /// this decorator are returned unchanged, whatever their <c>Content-Encoding</c>. Nothing is presigned
    /// (<see cref="StorageErrorCode.NotSupported"/>). A put holds up to 8 MiB of its compressed bytes in memory if
    /// <see cref="ObjectStoreOptions.TransferBudget"/> has room for them, and otherwise in a temporary file.
    /// </remarks>
    /// <param name="builder">The store.</param>
    /// <param name="configure">
    /// Sets the options. They are checked when the application starts. By default all options have their defaults.
    /// </param>
    public static ObjectStoreBuilder WithCompression(this ObjectStoreBuilder builder, Action<CompressionOptions>? configure = null)
    {
        OptionsBuilder<CompressionOptions> options = Decorate(builder);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>As the other overload, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    public static ObjectStoreBuilder WithCompression(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Decorate(builder).Bind(configuration);
        return builder.ExpectSettings<CompressionOptions>(configuration);
    }

    private static OptionsBuilder<CompressionOptions> Decorate(ObjectStoreBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CompressionOptions>, CompressionOptionsValidator>());
        string name = builder.Name;
        return builder.Decorate<CompressionOptions>(
            nameof(WithCompression),
            (services, inner, options) => new CompressionBackend(inner, options, StoreBeneath.Create(services, name, inner)));
    }
}
