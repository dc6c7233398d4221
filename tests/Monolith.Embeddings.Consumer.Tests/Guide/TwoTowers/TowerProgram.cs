namespace Monolith.Embeddings.Consumer.Tests.Guide.TwoTowers;

/// <summary>Runs what Program.cs of docs/guide/two-towers.md holds; TwoTowersPageTests compares the two.</summary>
internal static class TowerProgram
{
    public static async Task RunAsync(string[] args)
    {
        // <page>
        await (args[0] == "train" ? new TowerShop().TrainAsync(args[1], args[2]) : new TowerShop().TopAsync(args[1], args[2], args[3]));
        // </page>
    }
}
