namespace Monolith.Embeddings.Tests.Snapshots;

public sealed class ZzGolden
{
    [Test]
    public void Write()
    {
        File.WriteAllBytes("/tmp/wt/store/tests/Monolith.Embeddings.Tests/Snapshots/Golden/version-1.snapshot", TestSnapshot.Make().Bytes);
        File.WriteAllBytes("/tmp/wt/store/tests/Monolith.Embeddings.Tests/Snapshots/Golden/version-1.manifest.json", TestChain.Manifest().ToBytes());
    }
}
