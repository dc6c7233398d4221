// docs/guide/forgetting.md shows what stands between the two marks, to the letter; ForgettingPageTests holds that.
// <page>
using Monolith.Embeddings.Training;

public static class Farewell
{
    /// <summary>Forgets a person whose account ended at a time; what happens later counts, as that of a new person.</summary>
    public static Task<ForgetReport> UntilAsync(OnlineTrainer trainer, long user, DateTimeOffset ended) =>
        trainer.ForgetAsync(new ForgetRequest { Until = ended }.Add("users", user));
}
// </page>
