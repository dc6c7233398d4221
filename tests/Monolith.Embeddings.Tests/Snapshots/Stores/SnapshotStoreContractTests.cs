using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.TestKit;

namespace Monolith.Embeddings.Tests.Snapshots.Stores;

public sealed class SnapshotStoreContractTests
{
    private static IEnumerable<string> Rules => new SnapshotStoreContract(() => new MemorySnapshotStore()).Checks.Select(c => c.Name);

    [TestCaseSource(nameof(Rules))]
    public void Memory(string rule) => Check(rule, () => new MemorySnapshotStore());

    [TestCaseSource(nameof(Rules))]
    public void Files(string rule)
    {
        using var folder = new TestFolder();
        Check(rule, () => new FileSnapshotStore(Path.Combine(folder.Path, "inner", "store")));
    }

    [TestCaseSource(nameof(Rules))]
    public void Simulated_disk(string rule) => Check(rule, () => new FileSnapshotStore(new SimulatedDisk(), "simulated"));

    private static void Check(string rule, Func<SnapshotStore> create) =>
        new SnapshotStoreContract(create).Checks.Single(c => c.Name == rule).Run();
}
