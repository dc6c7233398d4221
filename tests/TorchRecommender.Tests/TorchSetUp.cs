using Monolith.Embeddings.TorchSharp;

namespace TorchRecommender.Tests;

/// <summary>Where there is no native library, every test is ignored.</summary>
[SetUpFixture]
public class TorchSetUp
{
    [OneTimeSetUp]
    public void Load()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("The tests bring the native library of Linux alone.");
        TorchRuntime.Require();
    }
}
