using TorchSharp;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>One thread for all tests, so that bits can be compared. Where there is no native library, every test is ignored.</summary>
[SetUpFixture]
public class TorchSetUp
{
    [OneTimeSetUp]
    public void Load()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("The tests bring the native library of Linux alone.");
        TorchRuntime.Require();
        torch.set_num_threads(1);
    }
}
