using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>What the base class keeps for every store.</summary>
public sealed class SnapshotStoreTests
{
    [TestCase(""), TestCase("a/b"), TestCase(".."), TestCase(".a"), TestCase("a."), TestCase("A"), TestCase("a b"), TestCase("manifest"),
        TestCase("manifest.json"), TestCase("a.tmp"), TestCase("é"), TestCase("a\\b")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Names_that_break_the_rules_are_refused(string name)
    {
        var store = new MemorySnapshotStore();
        Assert.That(async () => await store.CreateAsync(name), Throws.ArgumentException);
        Assert.That(async () => await store.OpenAsync(name), Throws.ArgumentException);
        Assert.That(async () => await store.DeleteAsync(name), Throws.ArgumentException);
        Assert.That(async () => await store.TryReplaceManifestAsync(default, null), Throws.ArgumentException);
    }

    [Test]
    public async Task After_its_commit_a_file_takes_no_more()
    {
        await using var file = await new MemorySnapshotStore().CreateAsync("a");
        Assert.That(
            async () => await file.CommitAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        file.WriteByte(1);
        await file.CommitAsync();
        Assert.That(() => file.WriteByte(1), Throws.TypeOf<SnapshotException>());
        Assert.That(async () => await file.CommitAsync(), Throws.TypeOf<SnapshotException>());
        await file.DisposeAsync();
        Assert.That(() => file.WriteByte(1), Throws.TypeOf<ObjectDisposedException>());
    }
}
