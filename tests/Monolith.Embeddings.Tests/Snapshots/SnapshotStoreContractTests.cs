using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

public sealed class SnapshotStoreContractTests
{
    private static IEnumerable<string> Rules => new SnapshotStoreContract(() => new MemorySnapshotStore()).Checks.Select(c => c.ToString());

    [TestCaseSource(nameof(Rules))]
    public Task Memory(string rule) => Check(rule, () => new MemorySnapshotStore());

    [TestCaseSource(nameof(Rules))]
    public async Task Files(string rule)
    {
        using var folder = new TestFolder();
        await Check(rule, () => new FileSnapshotStore(Path.Combine(folder.Path, "inner", "store")));
    }

    [TestCaseSource(nameof(Rules))]
    public Task Simulated_disk(string rule) => Check(rule, () => new FileSnapshotStore(new SimulatedDisk(), "simulated"));

    private static Task Check(string rule, Func<SnapshotStore> create) =>
        new SnapshotStoreContract(create).Checks.Single(c => c.ToString() == rule).RunAsync();
}
