using Amazon.S3;
using BleepStore.Storage;
using BleepStore.Storage.Aws;
using BleepStore.Storage.Aws.Wire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's objects in Amazon S3 or a server that speaks its protocol.</summary>
public static class BleepStoreAwsExtensions
{
    /// <summary>Keeps the store's objects in S3.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. They are checked when the application starts.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseAws(this ObjectStoreBuilder builder, Action<AwsBackendOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        UseBackend(builder, hasGivenClient: false, static (_, options, time) => AwsClients.FromOptions(options, time)).Configure(configure);
        return builder;
    }

    /// <summary>Keeps the store's objects in S3, with options from configuration.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section that has the options by their names.</param>
    /// <exception cref="InvalidOperationException">The store has a backend already.</exception>
    public static ObjectStoreBuilder UseAws(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        UseBackend(builder, hasGivenClient: false, static (_, options, time) => AwsClients.FromOptions(options, time)).Bind(configuration);
        return builder.ExpectSettings<AwsBackendOptions>(configuration);
    }

    /// <summary>Stores objects in S3, through a client from the application.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="client">
    /// Returns the client, e.g. <c>sp => sp.GetRequiredService&lt;IAmazonS3&gt;()</c>, which is not disposed. It is called once.
    /// </param>
    /// <param name="configure">Sets bucket, prefix, mapping and encryption, without endpoint or credential.</param>
    /// <exception cref="InvalidOperationException">The store already has a backend.</exception>
    public static ObjectStoreBuilder UseAws(
        this ObjectStoreBuilder builder, Func<IServiceProvider, IAmazonS3> client, Action<AwsBackendOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configure);
        UseBackend(builder, hasGivenClient: true, (services, options, _) => AwsClients.FromClient(client(services), options))
            .Configure(configure);
        return builder;
    }

    /// <summary>Offers this backend to <see cref="ObjectStoreBuilder.UseConfiguration"/>, under the name <c>aws</c>.</summary>
    /// <param name="choices">The backends offered.</param>
    public static BackendChoices Aws(this BackendChoices choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices.Add<AwsBackendOptions>("aws", static (builder, section) => builder.UseAws(section));
    }

    private static OptionsBuilder<AwsBackendOptions> UseBackend(
        ObjectStoreBuilder builder, bool hasGivenClient, Func<IServiceProvider, AwsBackendOptions, TimeProvider?, AwsClients> connect)
    {
        ArgumentNullException.ThrowIfNull(builder);
        OptionsBuilder<AwsBackendOptions> options = builder.UseBackend<AwsBackendOptions>(
            (services, options) =>
            {
                TimeProvider? time = services.GetService<TimeProvider>();
                return new AwsBackend(options, connect(services, options, time), time);
            });
        builder.Services.AddSingleton<IValidateOptions<AwsBackendOptions>>(new AwsBackendOptionsValidator(builder.Name, hasGivenClient));
        return options;
    }
}
