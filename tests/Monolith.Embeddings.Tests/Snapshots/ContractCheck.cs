namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>One rule of a contract: a test case for any framework.</summary>
/// <param name="name">What must hold.</param>
/// <param name="run">Checks it; throws where it does not.</param>
internal sealed class ContractCheck(string name, Func<Task> run)
{
    public Task RunAsync() => run();

    public override string ToString() => name;
}
