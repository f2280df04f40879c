using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>The SDK's client with our handler in its pipeline, and our requests at the bottom.</summary>
internal sealed class AwsS3Client : AmazonS3Client
{
    public AwsS3Client(AmazonS3Config config)
        : base(config)
    {
    }

    public AwsS3Client(AWSCredentials credentials, AmazonS3Config config)
        : base(credentials, config)
    {
    }

    /// <summary>The client's retries. <see langword="null"/> where the application has chosen another retry mode.</summary>
    public BoundedRetryPolicy? Retries { get; private set; }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.AddHandlerBefore<Signer>(new SendingHandler());

        // The base constructor builds the pipeline, so no other clock is at hand.
        pipeline.AddHandlerBefore<SendingHandler>(new PaceHandler(new RequestPace(TimeProvider.System)));

        // The signer needs the credential again, which can have expired while the pace held the request back.
        pipeline.AddHandlerBefore<EndpointDiscoveryHandler>(new CredentialHandler());
        pipeline.AddHandlerBefore<SendingHandler>(new CredentialHandler());
        if (Config.RetryMode == RequestRetryMode.Standard)
        {
            Retries = new BoundedRetryPolicy(Config);
            pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(Retries));
        }

        pipeline.ReplaceHandler<HttpHandler<HttpContent>>(new HttpHandler<HttpContent>(new WireRequestFactory(Config), this));
    }
}
