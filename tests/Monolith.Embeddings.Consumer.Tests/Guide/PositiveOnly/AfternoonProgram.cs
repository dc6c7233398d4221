namespace Monolith.Embeddings.Consumer.Tests.Guide.PositiveOnly;

/// <summary>Runs what Program.cs of docs/guide/positive-only.md holds; PositiveOnlyPageTests compares the two.</summary>
internal static class AfternoonProgram
{
    public static async Task RunAsync(string[] args)
    {
        // <page>
        await (args[0] == "train" ? new Afternoon().TrainAsync(args[1], args[2]) : new Afternoon().TopAsync(args[1], args[2], args[3]));
        // </page>
    }
}
