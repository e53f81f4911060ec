using Varve.Storage.S3;

namespace Varve.Storage.Tests.S3;

public sealed class S3ObjectStoreTests(CephFixture ceph) : ObjectStoreContract, IAsyncLifetime
{
    S3ObjectStore? _store;

    protected override IObjectStore Store => _store!;

    public async ValueTask InitializeAsync() => _store = new S3ObjectStore($"s3://{await ceph.NewBucketAsync()}", await ceph.OptionsAsync());

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        return ValueTask.CompletedTask;
    }
}
