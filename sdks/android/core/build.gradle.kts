import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    kotlin("jvm")
    `maven-publish`
}

kotlin {
    explicitApi()
    compilerOptions { jvmTarget = JvmTarget.JVM_1_8 }
}

java {
    sourceCompatibility = JavaVersion.VERSION_1_8
    targetCompatibility = JavaVersion.VERSION_1_8
    withSourcesJar()
}

publishing {
    publications.create<MavenPublication>("core") {
        artifactId = "openbook-core"
        from(components["java"])
    }
}
