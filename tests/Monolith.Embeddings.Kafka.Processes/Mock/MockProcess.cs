using System.Diagnostics;

namespace Monolith.Embeddings.Kafka.Processes.Mock;

/// <summary>A mock cluster in a process of its own, which no kill of a trainer touches.</summary>
public sealed class MockProcess : IDisposable
{
    private readonly Process _process;

    public MockProcess(int brokers = 1)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(MockProcess).Assembly.Location, "mock", $"{brokers}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        Servers = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The process of the mock cluster ended.");
    }

    /// <summary>What a client needs as its bootstrap servers.</summary>
    public string Servers { get; }

    public void Create(string topic, int partitions) => Tell($"create {topic} {partitions}");

    public void TakeDown() => Tell("down");

    public void BringUp() => Tell("up");

    public void TakeDown(int broker) => Tell($"down {broker}");

    public void BringUp(int broker) => Tell($"up {broker}");

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(10_000)) _process.Kill();
        _process.Dispose();
    }

    private void Tell(string command)
    {
        _process.StandardInput.WriteLine(command);
        var answer = _process.StandardOutput.ReadLine();
        if (answer != "done") throw new InvalidOperationException($"The mock cluster answers '{command}' with: {answer}");
    }
}
