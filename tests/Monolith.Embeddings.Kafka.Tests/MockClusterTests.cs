using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Tests.Support;

namespace Monolith.Embeddings.Kafka.Tests;

/// <summary>What the tests take from the mock cluster: messages come as they were written, also where brokers fail between.</summary>
public class MockClusterTests
{
    [Test]
    public void Messages_come_in_order_and_null_values_stay_null()
    {
        using var cluster = new MockCluster();
        cluster.Create("t", 2);
        TestMessages.Write(cluster.Servers, "t", 1, [[1], null, [2, 3]]);
        var read = TestMessages.Read(cluster.Servers, "t", 1, 0, 3);
        Assert.That(read.Select(r => r.Offset.Value), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(read.Select(r => r.Message.Value), Is.EqualTo(new byte[]?[] { [1], null, [2, 3] }));
    }

    [Test]
    public void Brokers_that_were_down_have_what_they_had()
    {
        using var cluster = new MockCluster(3);
        cluster.Create("t", 1);
        TestMessages.Write(cluster.Servers, "t", 0, [[1]]);
        cluster.TakeDown();
        var reading = Task.Run(() => TestMessages.Read(cluster.Servers, "t", 0, 0, 2));
        cluster.BringUp();
        TestMessages.Write(cluster.Servers, "t", 0, [[2]]);
        Assert.That(reading.Result.Select(r => r.Message.Value[0]), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_cluster_in_a_process_of_its_own_obeys()
    {
        using var cluster = new MockProcess();
        cluster.Create("t", 1);
        TestMessages.Write(cluster.Servers, "t", 0, [[7]]);
        cluster.TakeDown();
        cluster.BringUp();
        Assert.That(TestMessages.Read(cluster.Servers, "t", 0, 0, 1).Single().Message.Value, Is.EqualTo(new byte[] { 7 }));
        Assert.That(() => cluster.Create("t", 1), Throws.InvalidOperationException);
    }
}
